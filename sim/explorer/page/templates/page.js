"use strict";
// Controls, redraw, link.

(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const levers = Object.fromEntries(data.levers.map((each) => [each.name, each]));
  const blocks = data.blocks.map((each) => prepare(each, data.outcomes)), LOOKS = ["year", "crossing"];
  const unique = (names) => [...new Set(names)].sort();
  const years = unique(data.blocks.map((each) => each.slot[0]).filter((name) => name.length === 4));
  const months = unique(data.blocks.map((each) => each.slot[0]).filter((name) => name.length === 7));
  const slots = Object.fromEntries(data.blocks.map((each) => [each.slot[0], each.slot]));
  const loads = numbersOf(data, "load");
  const SENDERS = { us: "the United States", eu: "the European Union", others: "the United Kingdom, Canada, Mexico and Japan" };
  const element = (id) => document.getElementById(id);
  let setting, year = years.length - 1, crossing = loads[0], queued = false;

  function made(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) if (value !== null) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  // Places of a range input: a factor moves on a log scale.
  function toPlace(lever, value) { return lever.kind === "factor" ? Math.log2(value) : value; }
  function fromPlace(lever, place) { return lever.kind === "factor" ? Number((2 ** place).toPrecision(3)) : Number(place.toFixed(6)); }

  function shownValue(lever, value) {
    if (lever.kind === "flag") return value ? "yes" : "no";
    if (lever.kind === "choice") return lever.words[value][1];
    if (lever.kind === "month") return monthOf(value, data.first_year);
    return lever.unit === "share of value" ? digits(100 * value, 2) + " % of value" : "× " + digits(value, 3);
  }

  function controlOf(lever) {
    const about = { id: "lever-" + lever.name, "aria-describedby": `help-${lever.name} fault-${lever.name}` };
    if (lever.kind === "flag") return made("input", { ...about, type: "checkbox" });
    if (lever.kind === "choice") return made("select", about, ...lever.words.map((each, i) => made("option", { value: i }, each[1])));
    const step = lever.kind === "factor" ? 0.05 : lever.step;
    return made("input", { ...about, type: "range", min: toPlace(lever, lever.low), max: toPlace(lever, lever.high), step });
  }

  function build() {
    const groups = {};
    for (const lever of data.levers) {
      const control = controlOf(lever), label = made("label", { for: control.id }, lever.title);
      const value = lever.kind === "flag" || lever.kind === "choice" ? null : made("output", { id: "value-" + lever.name, for: control.id });
      const parts = lever.kind === "flag" ? [control, " ", label] : [label, ...(value ? [value] : []), control];
      const box = made("div", { class: "lever", id: "box-" + lever.name }, ...parts, made("p", { id: "help-" + lever.name }, lever.help), made("p", { id: "fault-" + lever.name, class: "fault", role: "status" }));
      control.addEventListener("input", () => {
        setting[lever.name] = lever.kind === "flag" ? Number(control.checked) : lever.kind === "choice" ? Number(control.value) : fromPlace(lever, Number(control.value));
        element("fault-" + lever.name).textContent = "";
        later();
      });
      (groups[lever.group] = groups[lever.group] || made("details", { open: "", class: "group", role: "group", "aria-label": lever.group }, made("summary", null, lever.group))).append(box);
    }
    element("controls").append(...Object.values(groups));
    if (window.matchMedia("(max-width: 760px)").matches) Object.values(groups).slice(1).forEach((each) => { each.open = false; });
    element("year").max = years.length - 1;
    element("year").addEventListener("input", () => { year = Number(element("year").value); later(); });
    element("reset").addEventListener("click", () => { setting = defaultsOf(data.levers); faultsTold({}); show(); later(); });
    element("print").addEventListener("click", () => window.print());
    element("copy").addEventListener("click", copy);
    for (const id of ["skip", "brief"]) element(id).addEventListener("click", (event) => { event.preventDefault(); element("answer").focus(); element("answer").scrollIntoView(); });
    element("levers").addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("hashchange", () => { if (location.hash.slice(1) !== linked()) fromLink(); });
    window.addEventListener("resize", later);
  }

  function show() {
    for (const lever of data.levers) {
      const control = element("lever-" + lever.name);
      if (lever.kind === "flag") control.checked = Boolean(setting[lever.name]);
      else control.value = lever.kind === "choice" ? setting[lever.name] : toPlace(lever, setting[lever.name]);
    }
    element("year").value = year;
  }

  function linked() { return writeState(data, setting) + ";year=" + years[year] + (data.outcomes[crossing] ? ";crossing=" + data.outcomes[crossing].subject : ""); }

  function faultsTold(faults) {
    for (const lever of data.levers) element("fault-" + lever.name).textContent = (faults[lever.name] || []).join(" ");
    element("faults").replaceChildren(...(faults[""] || []).map((each) => made("p", null, each)));
  }

  function fromLink() {
    const found = readState(data, location.hash.slice(1), LOOKS);
    const fault = (text) => (found.faults[""] = [...(found.faults[""] || []), text]);
    setting = found.setting;
    if (found.looks.year !== undefined && !years.includes(found.looks.year)) fault("The link asks for the year “" + found.looks.year + "”, which this page does not tell: the last is shown.");
    year = years.includes(found.looks.year) ? years.indexOf(found.looks.year) : years.length - 1;
    const asked = loads.find((i) => data.outcomes[i].subject === found.looks.crossing);
    if (found.looks.crossing !== undefined && asked === undefined) fault("The link asks for the crossing “" + found.looks.crossing + "”, which this page does not tell.");
    crossing = asked === undefined ? loads[0] : asked;
    faultsTold(found.faults);
    for (const lever of data.levers) if (found.faults[lever.name]) element("box-" + lever.name).closest("details").open = true;
    show();
    later();
  }

  function copy() {
    const done = () => { element("copied").textContent = "Copied."; }, text = location.href;
    const failed = () => { element("copied").textContent = "Copy it from the address: " + text; };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, failed); else failed();
  }

  function later() {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => { queued = false; draw(); });
  }

  function usedTold() {
    const some = setting.us || setting.eu || setting.others;
    const off = { us_from: !setting.us, allies_from: !(setting.eu || setting.others), goods: !some, inspections: !some, tracing: !some, pressure: !some };
    for (const lever of data.levers) {
      const told = element("value-" + lever.name);
      if (told) told.textContent = shownValue(lever, setting[lever.name]) + (off[lever.name] ? " (without effect: nobody bans)" : "");
      element("box-" + lever.name).classList.toggle("off", Boolean(off[lever.name]));
    }
  }

  function tileOf(number, name, isIdle, bands) {
    const outcome = data.outcomes[number], cell = known(data, bands, number, name, isIdle), isChange = outcome.is_change;
    const value = cell.band ? told(cell.band[1], outcome.unit, isChange) : cell.idle ? "nothing in force" : "not told";
    const band = cell.band && !cell.idle ? "9 in 10 runs: " + bandTold(cell.band, outcome.unit, isChange) : cell.idle ? "no ban in force in " + name : "too few runs to say";
    const note = cell.idle ? "" : cell.band ? errorTold([cell]) : "";
    return made("div", { class: "tile" + (cell.vouched ? "" : " grey") }, made("h3", null, outcome.words), made("p", { class: "value" }, value), made("p", { class: "small" }, band), made("p", { class: "small" }, note));
  }

  function tableOf(rows, isChange, first) {
    const head = made("tr", null, ...[first, "low end", "middle", "high end", "vouched for"].map((each) => made("th", { scope: "col" }, each)));
    const lines = rows.map((row) => made("tr", null, made("th", { scope: "row" }, row.words), ...[0, 1, 2].map((i) => made("td", { class: "number" }, row.band ? told(row.band[i], row.unit, isChange) : "–")), made("td", null, row.vouched ? "yes" : "no")));
    return made("details", null, made("summary", null, "The numbers as a table"), made("table", null, made("thead", null, head), made("tbody", null, ...lines)));
  }

  function viewOf(title, finding, picture, width, cells, table, extra) {
    const figure = made("figure", null), frame = made("div", null);
    frame.innerHTML = svgOf(picture, width, finding);
    figure.append(made("h3", null, finding), ...(extra ? [extra] : []), frame, made("figcaption", null, title + " " + errorTold(cells)), table);
    return figure;
  }

  function rowsView(bands, view, name, isIdle, width, words) {
    const isChange = view !== "market", rows = rowsOf(data, bands, view, name, isIdle).slice(0, 16);
    if (!rows.length) return null;
    const finding = isChange ? moversTold(rows, name, words.noun) : `In ${name} most of the trade is with ${rows.slice(0, 3).map((each) => `${each.words} (${each.band ? told(each.band[1], each.unit, false) : "not told"})`).join(", ")}`;
    return viewOf(words.title, finding, dots(rows, rows[0].unit, isChange, width), width, rows, tableOf(rows, isChange, words.first));
  }

  function courseView(bands, number, names, width, title) {
    const outcome = data.outcomes[number], isChange = outcome.is_change;
    const points = names.map((name) => ({ name, words: name, unit: outcome.unit, ...known(data, bands, number, name, !inForce(setting, slots[name])) }));
    const some = points.filter((each) => each.band && !each.idle);
    if (!some.length) return null;
    const last = some[some.length - 1], mark = outcome.monthly ? -1 : year;
    const finding = `${outcome.words}: ${told(last.band[1], outcome.unit, isChange)} in ${last.name} (9 in 10 runs: ${bandTold(last.band, outcome.unit, isChange)})` + (last.vouched ? "" : ", not vouched for");
    return viewOf(title, finding, course(points, outcome.unit, isChange, width, mark), width, points, tableOf(points, isChange, outcome.monthly ? "month" : "year"));
  }

  function crossingPicker() {
    const picker = made("select", { id: "crossing", "aria-label": "Crossing" }, ...loads.map((i) => made("option", { value: i }, data.outcomes[i].words)));
    picker.value = crossing;
    picker.addEventListener("change", () => { crossing = Number(picker.value); later(); });
    return picker;
  }

  function views(bands, isIdle) {
    const width = Math.max(300, Math.min(element("views").clientWidth || 700, 900)), name = years[year];
    const number = (view, subject) => data.outcomes.findIndex((each) => each.view === view && each.subject === subject);
    const over = (view, subject, title) => (number(view, subject) < 0 ? null : courseView(bands, number(view, subject), years, width, title));
    const head = (text) => made("h2", null, text), against = "Against the same world without any ban.";
    return [
      head("Trade of the region"), over("tile", "trade", "Registered trade by year, exports and imports."),
      rowsView(bands, "market", name, isIdle, width, { title: "Registered trade by declared partner.", first: "partner" }),
      head("What differs"), over("tile", "trade_difference", "Change of registered trade. " + against),
      rowsView(bands, "difference", name, isIdle, width, { title: "Change of registered trade by declared partner. " + against, first: "partner", noun: "partner" }),
      head("Cut and diverted"), over("tile", "cut", "Share of the goods in scope that no longer enters the markets of those who ban. " + against),
      over("tile", "diverted", "What other ways gained over what the direct way lost. " + against),
      rowsView(bands, "scope", name, isIdle, width, { title: "Goods in scope that enter the markets of those who ban; on the direct way, what is lost counts positive. " + against, first: "way", noun: "way" }),
      ...(loads.length ? [head("Load of crossings by month"), crossingPicker(), courseView(bands, crossing, months, width, "Goods on the way out, other provinces’ too, over what could pass; 0 while it is closed.")] : []),
      head("Who gains and who pays"),
      rowsView(bands, "account", name, isIdle, width, { title: "Change of accounts a year; more is better for whom it names. " + against, first: "account", noun: "account" }),
    ].filter(Boolean).filter((each, i, all) => each.tagName !== "H2" || (all[i + 1] && all[i + 1].tagName !== "H2"));
  }

  function parametersTold() {
    const rows = data.levers.map((each) => {
      const value = shownValue(each, setting[each.name]), moved = Math.abs(setting[each.name] - each.default) > 1e-9;
      return made("tr", null, made("th", { scope: "row" }, each.title), made("td", null, moved ? made("strong", null, value) : value));
    });
    element("parameters").querySelector("tbody").replaceChildren(...rows);
    element("command").textContent = `reroute explore "explorer.setting='${writeState(data, setting)}'"` + (data.command ? " " + data.command : "");
  }

  function draw() {
    const begun = performance.now(), name = years[year];
    const bands = answered(data, blocks, setting, levers), isIdle = !inForce(setting, slots[name]);
    const who = Object.keys(SENDERS).filter((each) => setting[each] && inForce({ ...setting, us: 0, eu: 0, others: 0, [each]: 1 }, slots[name])).map((each) => SENDERS[each]).join(" and ");
    usedTold();
    element("year-told").textContent = name;
    element("headline").textContent = headlineTold(data, bands, name, isIdle, who);
    element("brief").textContent = briefTold(data, bands, name, isIdle);
    element("tiles").replaceChildren(...numbersOf(data, "tile").map((i) => tileOf(i, name, isIdle, bands)));
    const focused = document.activeElement && document.activeElement.id, open = [...document.querySelectorAll("#views details")].map((each) => each.open);
    element("views").replaceChildren(...views(bands, isIdle));
    document.querySelectorAll("#views details").forEach((each, i) => { each.open = Boolean(open[i]); });
    if (focused === "crossing") element("crossing").focus();
    parametersTold();
    qualityTold();
    history.replaceState(null, "", "#" + linked());
    document.body.dataset.milliseconds = String(Math.round(performance.now() - begun));
  }

  function qualityTold() {
    const every = data.blocks.flatMap((each) => each.error.map((error, k) => ({ error, worst: each.worst[k], vouched: each.vouched[k] }))).filter((each) => each.error !== null).sort((a, b) => a.error - b.error);
    element("quality").textContent = every.length
      ? `Of ${every.length} numbers, each of a year or month, ${every.filter((each) => each.vouched).length} are vouched for; the median error is ${Math.round(100 * every[Math.floor(every.length / 2)].error)} % of the true band, the worst corner of all ${shareTold(Math.max(...every.map((each) => each.worst)))}.`
      : "Nothing was held out, so nothing is vouched for.";
  }

  build();
  fromLink();
})();
