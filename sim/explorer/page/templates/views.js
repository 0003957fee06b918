"use strict";
// What is shown of an answer: rows of numbers, the sentence that they say, and their error.

const NOTHING = [0, 0, 0];

// A share that is told as 0 %.
function isNone(share) { return share < 0.005; }

// answer: {bands: outcome -> slot name -> {band, vouched, error, worst}} for a setting.
function answered(data, blocks, setting, levers) {
  const bands = data.outcomes.map(() => ({}));
  for (const block of blocks) {
    if (block.paired && !inForce(setting, block.slot)) continue;
    bandOf(block, setting, levers).forEach((band, k) => {
      bands[block.outcomes[k]][block.slot[0]] = { band, vouched: block.vouched[k], error: block.error[k], worst: block.worst[k] };
    });
  }
  return bands;
}

// A share of what is next to nothing is not defined.
function isOfNothing(data, bands, outcome, name) {
  if (!outcome.whole) return false;
  const whole = bands[data.outcomes.findIndex((each) => each.view === "scope" && each.subject === outcome.whole)]?.[name];
  return Boolean(whole) && whole.band[1] < data.least_whole;
}

function known(data, bands, number, name, isIdle) {
  if (number < 0) return { band: null, vouched: false };
  const found = bands[number][name], outcome = data.outcomes[number];
  if (!isIdle && isOfNothing(data, bands, outcome, name)) return { band: null, vouched: true, undefined: true };
  if (found) return found;
  return outcome.paired && isIdle ? { band: outcome.unit === "share" ? null : NOTHING, vouched: true, idle: true } : { band: null, vouched: false };
}

function numbersOf(data, view) { return data.outcomes.map((_, i) => i).filter((i) => data.outcomes[i].view === view); }

function shareTold(share) { return share > 9.99 ? "over 10 times the width" : Math.round(100 * share) + " %"; }

function errorTold(cells) {
  const sure = cells.filter((each) => each.error !== undefined && each.error !== null).sort((a, b) => a.error - b.error);
  if (!sure.length && cells.some((each) => each.undefined)) return "";
  if (!sure.length) return cells.some((each) => each.idle) ? "Nothing is in force, so nothing is emulated: without a measure there is no difference." : "Emulated; nothing was held out to judge it by, so it is not vouched for.";
  const middle = sure[Math.floor(sure.length / 2)].error, worst = Math.max(...sure.map((each) => each.worst));
  const doubtful = cells.filter((each) => each.band && !each.vouched).length;
  const said = `Emulated, error ${shareTold(middle)} of the band on held-out runs (worst ${shareTold(worst)})`;
  if (!doubtful) return said + ".";
  return said + (cells.length === 1 ? "; not vouched for: run it truly." : `; ${doubtful} of ${cells.length} grey: not vouched for.`);
}

// The rows of a view in a year, the largest first.
function rowsOf(data, bands, view, name, isIdle) {
  const rows = numbersOf(data, view).map((i) => ({ words: data.outcomes[i].words, unit: data.outcomes[i].unit, ...known(data, bands, i, name, isIdle) }));
  return rows.sort((a, b) => Math.abs((b.band || NOTHING)[1]) - Math.abs((a.band || NOTHING)[1]));
}

function clear(row) { return row.band && row.vouched && !row.idle && (row.band[0] > 0 || row.band[2] < 0); }

function moversTold(rows, year, noun) {
  const sure = rows.filter(clear), up = sure.filter((each) => each.band[1] > 0)[0], down = sure.filter((each) => each.band[1] < 0)[0];
  const one = (row) => `${row.words} ${told(row.band[1], row.unit, true)} (9 in 10 runs: ${bandTold(row.band, row.unit, true)})`;
  if (rows.some((each) => each.idle)) return `In ${year} no ban is in force: nothing differs`;
  if (!rows.some((each) => each.vouched && each.band)) return `In ${year} the emulator vouches for no ${noun}: run it truly`;
  if (!up && !down) {
    const wide = Math.max(0, ...rows.filter((each) => each.vouched && each.band).map((each) => Math.max(Math.abs(each.band[0]), Math.abs(each.band[2]))));
    return `In ${year} no ${noun} clearly gains or loses` + (wide ? ` (bands reach to ${told(wide, rows[0].unit, false)})` : "");
  }
  return `In ${year}: ` + [up && "most gained by " + one(up), down && "most lost by " + one(down)].filter(Boolean).join("; ");
}

// Two numbers for the foot of a phone, where the levers hide the answer.
function briefTold(data, bands, year, isIdle) {
  if (isIdle) return `${year}: no ban in force`;
  const said = [["trade_difference", "trade", true], ["cut", "kept out", false], ["diverted", "diverted", false]].map(([subject, words, isChange]) => {
    const number = data.outcomes.findIndex((each) => each.view === "tile" && each.subject === subject), cell = known(data, bands, number, year, isIdle);
    return cell.band && cell.vouched ? `${words} ${told(cell.band[1], data.outcomes[number].unit, isChange)}` : null;
  }).filter(Boolean);
  return `${year}: ` + (said.length ? said.join(" · ") : "not vouched for");
}

function headlineTold(data, bands, year, isIdle, who) {
  const tile = (subject) => known(data, bands, data.outcomes.findIndex((each) => each.view === "tile" && each.subject === subject), year, isIdle);
  if (isIdle) return `In ${year} no ban is in force under this setting.`;
  const cut = tile("cut"), diverted = tile("diverted"), change = tile("trade_difference"), parts = [];
  const say = (cell, unit, isChange, words) => { if (cell.band && cell.vouched) parts.push(words(told(cell.band[1], unit, isChange) + ` (${bandTold(cell.band, unit, isChange)})`)); };
  say(cut, "share", false, (text) => `keeps out ${text} of the goods in scope`);
  if (diverted.band && diverted.vouched && isNone(diverted.band[1])) parts.push("other ways gain nothing of what the direct way loses");
  else say(diverted, "share", false, (text) => `other ways gain ${text} of what the direct way loses`);
  say(change, "million dollars a year", true, (text) => `the region’s trade differs by ${text}`);
  return parts.length ? `In ${year} the ban of ${who}: ${parts.join("; ")}.` : `In ${year} the emulator vouches for none of the headlines: run it truly.`;
}

if (typeof module !== "undefined") module.exports = { answered, known };
