"use strict";
// The address is the state: the text of sim/explorer/levers.py, with what is looked at behind it.

function monthOf(count, firstYear) {
  const year = firstYear + Math.floor(count / 12), month = Math.round(count) % 12 + 1;
  return year + "-" + String(month).padStart(2, "0");
}

function monthsSince(text, firstYear) {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  return match ? (Number(match[1]) - firstYear) * 12 + Number(match[2]) - 1 : null;
}

function writeValue(lever, value, firstYear) {
  if (lever.kind === "flag") return value ? "yes" : "no";
  if (lever.kind === "choice") return lever.words[value][0];
  return lever.kind === "month" ? monthOf(value, firstYear) : String(Number(value.toPrecision(6)));
}

// A number, or the sentence that says what is wrong.
function readValue(lever, text, firstYear) {
  const names = lever.kind === "flag" ? ["no", "yes"] : lever.kind === "choice" ? lever.words.map((each) => each[0]) : null;
  if (names) {
    return names.includes(text) ? names.indexOf(text) : "“" + text + "” is none of " + names.join(", ") + ": the default is shown.";
  }
  const plain = /^\d{1,6}(\.\d{1,9})?$/.test(text) ? Number(text) : null;
  const value = lever.kind === "month" ? monthsSince(text, firstYear) : plain;
  if (value !== null && value >= lever.low && value <= lever.high) return value;
  const ends = writeValue(lever, lever.low, firstYear) + " to " + writeValue(lever, lever.high, firstYear);
  return "“" + text + "” is not " + (lever.kind === "month" ? "a month " : "") + ends + ": the default is shown.";
}

function defaultsOf(levers) { return Object.fromEntries(levers.map((each) => [each.name, each.default])); }

function writeState(data, setting) {
  const moved = data.levers.filter((each) => Math.abs(setting[each.name] - each.default) > 1e-9);
  return [data.version, ...moved.map((each) => each.name + "=" + writeValue(each, setting[each.name], data.first_year))].join(";");
}

function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[other.length];
}

function nearest(name, known) {
  const best = known.map((each) => [distance(name, each), each]).sort((a, b) => a[0] - b[0])[0];
  return best[0] <= 3 ? " Did you mean “" + best[1] + "”?" : "";
}

// {setting, looks, faults: {lever or "": [sentence, ...]}}; looks: what is looked at, by the keys that a page knows.
function readState(data, text, looks) {
  const found = { setting: defaultsOf(data.levers), looks: {}, faults: {} };
  const fault = (name, sentence) => { (found.faults[name] = found.faults[name] || []).push(sentence); };
  let said = text;
  try { said = decodeURIComponent(text); } catch (_) { fault("", "The link is damaged: what can be read of it is shown."); }
  if (!said) return found;
  const [version, ...parts] = said.slice(0, 2000).split(";");
  if (version !== data.version) {
    fault("", "The link is of version “" + version.slice(0, 20) + "”, and this page reads version " + data.version + ": the defaults are shown.");
    return found;
  }
  for (const part of parts.filter(Boolean)) {
    const at = part.indexOf("="), name = (at < 0 ? part : part.slice(0, at)).slice(0, 40), value = at < 0 ? "" : part.slice(at + 1).slice(0, 40);
    const lever = data.levers.find((each) => each.name === name);
    if (looks.includes(name)) { found.looks[name] = value; continue; }
    if (!lever) { fault("", "The link names “" + name + "”, which this page does not know: it is left out." + nearest(name, data.levers.map((each) => each.name))); continue; }
    const read = readValue(lever, value, data.first_year);
    if (typeof read === "number") found.setting[name] = read; else fault(name, read);
  }
  return found;
}

if (typeof module !== "undefined") module.exports = { readState, writeState, defaultsOf };
