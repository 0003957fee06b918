"use strict";
// What is in force, and the band that follows: the same formulas as sim/explorer/columns.py and Fitted.band.

const MONTHS_A_YEAR = 12, LONGEST_AGE_YEARS = 3;

function within(value, low, high) { return Math.min(Math.max(value, low), high); }

function shareOf(start, slot) { return within((slot[2] - Math.max(start, slot[1])) / (slot[2] - slot[1]), 0, 1); }

function ageOf(start, slot) {
  return within(((slot[1] + slot[2]) / 2 - start) / MONTHS_A_YEAR / LONGEST_AGE_YEARS, 0, 1);
}

// levers: by name, as the data of the page have them; setting: name to number; slot: [name, begin, end].
function columnsOf(setting, slot, levers) {
  const us = setting.us * shareOf(setting.us_from, slot);
  const eu = setting.eu * shareOf(setting.allies_from, slot);
  const others = setting.others * shareOf(setting.allies_from, slot);
  const some = Math.max(us, eu, others);
  const tracing = levers.tracing, pressure = levers.pressure;
  return {
    us, eu, others,
    us_at_all: us > 0 ? 1 : 0, eu_at_all: eu > 0 ? 1 : 0, others_at_all: others > 0 ? 1 : 0,
    begun: some > 0 ? Math.log2(some) : 0,
    age_us: setting.us * ageOf(setting.us_from, slot),
    age_allies: Math.max(setting.eu, setting.others) * ageOf(setting.allies_from, slot),
    priority: some * (setting.goods === 1 ? 1 : 0),
    cotton: some * (setting.goods === 2 ? 1 : 0),
    inspections: some * Math.log2(setting.inspections),
    tracing: some * (setting.tracing - tracing.low) / (tracing.high - tracing.low),
    pressed: some * (setting.pressure > pressure.low ? 1 : 0),
    pressure: some * (setting.pressure - pressure.low) / (pressure.high - pressure.low),
    hours: setting.hours, winter: setting.winter, russia: Math.log2(setting.russia),
  };
}

function inForce(setting, slot) {
  return (setting.us > 0 && shareOf(setting.us_from, slot) > 0)
    || ((setting.eu > 0 || setting.others > 0) && shareOf(setting.allies_from, slot) > 0);
}

// A packed table to an array a column.
function unpack(stored) {
  const text = atob(stored.whole), count = text.length / 2, rows = count / stored.scale.length;
  return stored.scale.map((scale, column) => {
    const values = new Float64Array(rows + 1);
    values[0] = stored.first[column];
    for (let row = 0; row < rows; row++) {
      const at = 2 * (column * rows + row);
      const whole = text.charCodeAt(at) + 256 * text.charCodeAt(at + 1);
      values[row + 1] = (whole > 32767 ? whole - 65536 : whole) * scale;
    }
    return values;
  });
}

function prepare(block, outcomes) {
  const scale = block.outcomes.map((number) => outcomes[number].scale);
  return { ...block, scale, middle: unpack(block.middle), spread: unpack(block.spread) };
}

function dot(slopes, values) {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += slopes[i] * values[i];
  return sum;
}

// From the scale on which an outcome is emulated to its unit.
function valueOf(value, scale, offset) {
  if (scale === "linear") return value;
  const grown = Math.exp(value);
  return scale === "log" ? Math.max(grown - offset, 0) : within((grown * (1 + offset) - offset) / (1 + grown), 0, 1);
}

// Low end, middle and high end of each outcome of a prepared block: [[low, middle, high], ...].
function bandOf(block, setting, levers) {
  const named = columnsOf(setting, block.slot, levers);
  const x = block.columns.map((name) => named[name]);
  const short = [1, ...x], terms = [1, ...block.terms.map((each) => each.reduce((product, place) => product * x[place], 1))];
  return block.outcomes.map((_, k) => {
    const [narrowest, widest] = block.spreads[k];
    const middle = dot(block.middle[k], terms), spread = Math.exp(within(dot(block.spread[k], short), narrowest, widest));
    return block.quantiles[k].map((many) => valueOf(middle + many * spread, block.scale[k], block.offset[k]));
  });
}

if (typeof module !== "undefined") module.exports = { columnsOf, inForce, prepare, bandOf };
