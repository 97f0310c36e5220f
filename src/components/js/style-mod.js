// CodeMirror's styles as a sheet that the document adopts: its own way, a <style> element, is what the page's
// policy refuses. Takes the place of the package `style-mod` in the bundle.
import { StyleModule as Original } from "../../../node_modules/style-mod/src/style-mod.js";

const mounted = new WeakMap();

export class StyleModule extends Original {
  static mount(root, modules) {
    if (!mounted.has(root)) {
      const sheet = new CSSStyleSheet();
      root.adoptedStyleSheets = [sheet, ...root.adoptedStyleSheets];
      mounted.set(root, { sheet, modules: new Set() });
    }
    const { sheet, modules: known } = mounted.get(root);
    const wanted = Array.isArray(modules) ? modules : [modules];
    if (wanted.every((module) => known.has(module))) return;
    // The ones that come first have precedence over those that were there.
    const all = [...wanted, ...[...known].filter((module) => !wanted.includes(module))];
    known.clear();
    for (const module of all) known.add(module);
    sheet.replaceSync(all.map((module) => module.getRules()).join("\n"));
  }
}
