// How wide a text of a chart is, in pixels. It must not know where the text stands.

const LETTERS = "12px system-ui, sans-serif";

export const measure = (() => {
  const canvas = document.createElement("canvas").getContext("2d");
  return (text) => {
    canvas.font = LETTERS;
    return canvas.measureText(text).width;
  };
})();
