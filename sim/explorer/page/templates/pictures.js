"use strict";
// Pictures as text of SVG. All words in them are escaped; each is drawn beside a table with the same numbers.

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[sign]);
}

function digits(value, count) {
  if (value === 0) return "0";
  const places = Math.max(0, count - 1 - Math.floor(Math.log10(Math.abs(value))));
  const round = Number(value.toPrecision(count));
  return round.toLocaleString("en-US", { maximumFractionDigits: Math.min(places, 6) });
}

function signed(text, value) { return (value > 0 ? "+" : "") + text.replace("-", "−"); }

// A value in words, by its unit; of a change with its sign.
function told(value, unit, isChange) {
  let text;
  if (unit === "million dollars a year") {
    text = Math.abs(value) >= 1000 ? digits(value / 1000, 3) + " bn USD" : Math.abs(value) < 0.1 ? "0 m USD" : digits(value, Math.abs(value) >= 10 ? 3 : 2) + " m USD";
  } else text = digits(Math.round(100 * value), 3) + " %";
  return isChange ? signed(text, value) : text.replace("-", "−");
}

function bandTold(band, unit, isChange) { return told(band[0], unit, isChange) + " to " + told(band[2], unit, isChange); }

function ticks(low, high, many) {
  const raw = (high - low) / many || 1, size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((each) => each * size).find((each) => each >= raw);
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-6; at += step) found.push(Math.abs(at) < step * 1e-6 ? 0 : at);
  return found;
}

function axisTold(value, unit) { return told(value, unit, false).replace(" USD", ""); }

// What is told where a pointer rests; the same numbers are in the table.
function hover(each, unit, isChange, x, y, width, height) {
  const text = `${each.words}: ${told(each.band[1], unit, isChange)} (9 in 10 runs: ${bandTold(each.band, unit, isChange)})${each.vouched ? "" : ", not vouched for"}`;
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="transparent"><title>${escaped(text)}</title></rect>`;
}

// rows: [{words, band, vouched}]: a dot at the middle, a line over the band.
function dots(rows, unit, isChange, width) {
  const narrow = width < 500, left = narrow ? 0 : Math.min(250, Math.round(width / 3)), line = narrow ? 40 : 24, top = 6, foot = 26, right = 14;
  const ends = rows.filter((each) => each.band).flatMap((each) => each.band);
  const low = Math.min(0, ...ends), high = Math.max(0, ...ends, low + 1e-9);
  const x = (value) => left + 8 + (value - low) / (high - low) * (width - left - right - 8);
  const height = top + line * rows.length + foot, parts = [];
  for (const at of ticks(low, high, narrow ? 3 : 6)) {
    parts.push(`<line x1="${x(at)}" x2="${x(at)}" y1="${top}" y2="${height - foot}" stroke="${at === 0 ? "#1d1d1f" : "#e3e3e3"}"/>`,
      `<text x="${x(at)}" y="${height - 8}" text-anchor="middle" fill="#5f5f5f">${escaped(axisTold(at, unit))}</text>`);
  }
  rows.forEach((row, i) => {
    const y = top + line * (i + (narrow ? 0.72 : 0.5)), grey = !row.vouched;
    const words = row.words + (row.band ? (grey ? " (not vouched for)" : "") : " (nothing in force)");
    parts.push(narrow ? `<text x="2" y="${top + line * i + 16}" fill="${grey ? "#5f5f5f" : "#1d1d1f"}">${escaped(words)}</text>`
      : `<text x="${left}" y="${y + 4}" text-anchor="end" fill="${grey ? "#5f5f5f" : "#1d1d1f"}">${escaped(row.words.length > left / 7.2 ? row.words.slice(0, Math.floor(left / 7.2) - 1) + "…" : row.words)}</text>`);
    if (!row.band) return;
    parts.push(hover(row, unit, isChange, 0, y - line / 2, width, line));
    const [a, m, b] = row.band.map(x), loss = isChange && row.band[1] < 0, ink = grey ? "#8a8a8a" : loss ? "#b34700" : "#005a8c";
    parts.push(`<line x1="${a}" x2="${b}" y1="${y}" y2="${y}" stroke="${ink}" stroke-width="${grey ? 2 : 4}" stroke-opacity=".5" ${grey ? 'stroke-dasharray="3 3"' : ""}/>`,
      grey ? `<circle cx="${m}" cy="${y}" r="4" fill="#fff" stroke="${ink}"/>`
        : loss ? `<rect x="${m - 4.5}" y="${y - 4.5}" width="9" height="9" fill="${ink}"/>` : `<circle cx="${m}" cy="${y}" r="5" fill="${ink}"/>`);
  });
  return { height, body: parts.join("") };
}

// An axis of shares reaches as far: on one of thousandths every tick would read 0 %.
const LEAST_SHARE = 0.1;

// points: [{name, band, vouched}]: a line in a band over time; what is not vouched for is dashed and grey.
function course(points, unit, isChange, width, mark) {
  const left = 64, right = 14, top = 10, foot = 26, height = Math.round(Math.min(width * 0.55, 260));
  const ends = points.filter((each) => each.band).flatMap((each) => each.band);
  const low = Math.min(0, ...ends), high = Math.max(...ends, low + (unit === "share" ? LEAST_SHARE : 1e-9));
  const x = (i) => left + (points.length > 1 ? i / (points.length - 1) : 0.5) * (width - left - right);
  const y = (value) => top + (high - value) / (high - low) * (height - top - foot), parts = [];
  for (const at of ticks(low, high, 4)) {
    parts.push(`<line x1="${left}" x2="${width - right}" y1="${y(at)}" y2="${y(at)}" stroke="${at === 0 ? "#1d1d1f" : "#e3e3e3"}"/>`,
      `<text x="${left - 6}" y="${y(at) + 4}" text-anchor="end" fill="#5f5f5f">${escaped(axisTold(at, unit))}</text>`);
  }
  const yearly = points.every((each) => each.name.length === 4), room = Math.ceil(points.length / (yearly ? 1 : 12) * 52 / (width - left));
  const hovers = [];
  points.forEach((each, i) => {
    if (yearly ? i % room === 0 : each.name.endsWith("-01") && Math.floor(i / 12) % room === 0) {
      const anchor = i === points.length - 1 ? "end" : "middle";
      parts.push(`<text x="${x(i)}" y="${height - 6}" text-anchor="${anchor}" fill="#5f5f5f">${escaped(each.name.slice(0, 4))}</text>`);
    }
    const next = points[i + 1];
    if (!each.band) return;
    if (next && next.band) {
      const sure = each.vouched && next.vouched;
      parts.push(`<path d="M${x(i)} ${y(each.band[0])}L${x(i + 1)} ${y(next.band[0])}V${y(next.band[2])}L${x(i)} ${y(each.band[2])}Z" fill="${sure ? "#a9cfe5" : "#ececec"}"/>`,
        `<line x1="${x(i)}" x2="${x(i + 1)}" y1="${y(each.band[1])}" y2="${y(next.band[1])}" stroke="${sure ? "#005a8c" : "#8a8a8a"}" stroke-width="2" ${sure ? "" : 'stroke-dasharray="4 3"'}/>`);
    } else parts.push(`<line x1="${x(i)}" x2="${x(i)}" y1="${y(each.band[0])}" y2="${y(each.band[2])}" stroke="${each.vouched ? "#a9cfe5" : "#d9d9d9"}" stroke-width="5"/>`);
    const step = (width - left - right) / Math.max(points.length - 1, 1);
    hovers.push(hover(each, unit, isChange, x(i) - step / 2, top, step, height - top - foot));
    if (yearly || i === mark) parts.push(`<circle cx="${x(i)}" cy="${y(each.band[1])}" r="${i === mark ? 5 : 3}" fill="${each.vouched ? "#005a8c" : "#8a8a8a"}"/>`);
  });
  return { height, body: parts.join("") + hovers.join("") };
}

function svgOf(picture, width, label) {
  return `<svg viewBox="0 0 ${width} ${picture.height}" role="img" aria-label="${escaped(label)}">${picture.body}</svg>`;
}

if (typeof module !== "undefined") module.exports = { told, dots, course };
