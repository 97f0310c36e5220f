// The numbers of a chart: rows become points on places in order, as many as can be read, and a sentence about them. It
// must not know how they are drawn.

/** The most places of an axis that a line goes through. */
const LINE_PLACES = 1_000;
/** The most bars side by side along a time. */
const TIME_BARS = 60;
/** The most names one below the other. */
const NAMES = 16;
/** The most bars of all groups together. */
const GROUPED_BARS = 48;

/** When a place on a time's axis begins; a time without a zone is taken as it stands. */
const instant = (text) => {
  const [, year, quarter] = /^(\d{4})-Q([1-4])$/.exec(text) ?? [];
  if (quarter) return new Date(Date.UTC(year, 3 * (quarter - 1)));
  return new Date(text.includes("T") && !text.endsWith("Z") ? `${text}Z` : text);
};

/** Numbers of names in the order they are met. */
const numbering = () => {
  const numbers = new Map();
  return { numbers, of: (name) => numbers.get(name) ?? numbers.set(name, numbers.size).get(name) };
};

/** The order of names by a key of each, and the number that each has in it. */
const order = (keys) => {
  const was = [...keys.keys()].sort((one, other) => keys[one] - keys[other] || one - other);
  const now = [];
  was.forEach((name, n) => (now[name] = n));
  return { was, now };
};

/** Rows as points on places in order; or why they cannot be. */
export function arrange(axis, mostSeries, places, series, values, texts, ofRows) {
  const isTime = axis === "time";
  const [known, kinds] = [numbering(), numbering()];
  const points = [];
  places.forEach((place, row) => {
    if (!Number.isFinite(values[row]) || (isTime && Number.isNaN(+instant(place)))) return;
    points.push({ place: known.of(place), series: kinds.of(series[row] ?? ""), value: values[row], text: texts[row] });
  });
  if (points.length === 0) return "There are no values to draw.";
  const taken = new Set(points.map((point) => `${point.place} ${point.series}`));
  if (taken.size < points.length) return "Several rows have one name, so there is no chart of them.";
  const labels = [...known.numbers.keys()];
  // The largest first.
  const totals = (size, of) => {
    const sums = new Array(size).fill(0);
    for (const point of points) sums[point[of]] -= point.value;
    return sums;
  };
  const keys = { time: () => labels.map((label) => +instant(label)), ordered: () => labels.map((_, n) => n), named: () => totals(labels.length, "place") };
  const [byPlace, bySeries] = [order(keys[axis]()), order(totals(kinds.numbers.size, "series"))];
  for (const point of points) [point.place, point.series] = [byPlace.now[point.place], bySeries.now[point.series]];
  const names = [...kinds.numbers.keys()];
  return {
    axis,
    mostSeries,
    labels: byPlace.was.map((n) => labels[n]),
    series: series.length > 0 ? bySeries.was.map((n) => names[n]) : [],
    points,
    ignored: places.length - points.length,
    rows: places.length,
    ofRows,
  };
}

/** The part that can still be read: the latest times, the largest names. */
export function cut({ axis, mostSeries, labels, series, points }, kind) {
  const most = {
    Line: LINE_PLACES,
    Grouped: Math.floor(GROUPED_BARS / Math.min(mostSeries, series.length || 1)),
  }[kind] ?? (axis === "time" ? TIME_BARS : NAMES);
  const first = axis === "time" ? Math.max(0, labels.length - most) : 0;
  const drawn = labels.slice(first, first + most);
  const nameOf = (point) => (series.length > 0 ? `${labels[point.place]}, ${series[point.series]}` : labels[point.place]);
  return {
    kind,
    upright: axis === "time",
    labels: drawn,
    times: axis === "time" ? drawn.map(instant) : [],
    series: series.slice(0, mostSeries),
    points: points
      .filter((point) => point.place >= first && point.place < first + drawn.length && point.series < mostSeries)
      .map((point) => ({ ...point, place: point.place - first, name: nameOf(point) }))
      .sort((one, other) => one.place - other.place || one.series - other.series),
  };
}

/** What is not to be seen of the numbers, if anything. */
export function left({ axis, labels, series, ignored, rows, ofRows }, part) {
  const { format } = new Intl.NumberFormat();
  const which = { time: (n) => `the latest ${n}`, ordered: (n) => `the first ${n}`, named: (n) => `the ${n} largest` }[axis];
  return [
    part.labels.length < labels.length && `${which(format(part.labels.length))} of ${format(labels.length)} drawn`,
    part.series.length < series.length && `the ${format(part.series.length)} largest of ${format(series.length)} series`,
    rows < ofRows && `from the first ${format(rows)} of ${format(ofRows)} rows`,
    ignored > 0 && `${format(ignored)} without a value left out`,
  ]
    .filter(Boolean)
    .join("; ");
}

/** A part in a sentence. */
export function tell(title, { kind, points }) {
  const at = (pick) => points.reduce((best, point) => (pick(point.value, best.value) ? point : best));
  const [most, least] = [at((one, other) => one > other), at((one, other) => one < other)];
  const many = new Intl.NumberFormat().format(points.length);
  return `Chart of ${title}: ${kind.toLowerCase()}, ${many} values; largest ${most.text} (${most.name}), smallest ${least.text} (${least.name})`;
}
