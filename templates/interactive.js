// Shows the rows of the page. Numbers, words and orders come from the data; this selects, sorts, folds and draws.
(() => {
"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const {labels, units, targets, windows, offices, teams, series, lists, rows, texts, steps, map} = data;
const PAGE = 50, CHILDREN = 30, COURSE = 12, NONE = 63;
const VERDICTS = ["met", "missed", "none"], CERTAINTIES = ["clear", "within_chance", "unsettled", "unknown"];
const at = id => document.getElementById(id);
const say = (key, values = {}) => labels[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const count = n => String(n).replace(/\B(?=(\d{3})+$)/g, labels.group);
const counted = n => n === 1 ? say("rows_one") : say("rows_other", {rows: count(n)});
const OTHER = {"đ": "d", "ø": "o", "ł": "l", "ı": "i"};
const fold = text => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "")
  .replace(/[đøłı]/g, letter => OTHER[letter]).replace(/\s+/g, " ").trim();

// Columns, one entry a row.
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const codes = Uint8Array.from({length: 128}, (_, code) => Math.max(0, LETTERS.indexOf(String.fromCharCode(code))));
const numbers = text => Uint8Array.from(text, letter => codes[letter.charCodeAt(0)]);
const spaced = text => text.replace(/_/g, "\u202f").replace(/~/g, "\u00a0");
const state = numbers(rows.state), height = numbers(rows.height), aim = numbers(rows.aim);
const printed = {};
for (const name of ["value", "interval", "fraction", "gap"]) printed[name] = rows[name].split("|");
const total = state.length;
const verdict = row => state[row] % 3, certainty = row => Math.floor(state[row] / 3) % 4;
const runs = row => Math.floor(state[row] / 12) % 2, isReason = row => state[row] >= 24;
const first = [], seriesOf = new Uint32Array(total), unitOf = new Uint32Array(total);
let next = 0;
series.list.forEach((list, one) => {
  first.push(next);
  seriesOf.fill(one, next, next + lists[list].length);
  unitOf.fill(series.unit[one], next, next += lists[list].length);
});
for (const [row, unit] of series.others) unitOf[row] = unit;
const windowOf = row => lists[series.list[seriesOf[row]]][row - first[seriesOf[row]]];
const names = units.name.map((name, unit) => fold(name + " " + units.key[unit]));
const place = key => units.key.indexOf(key);
const isUnder = (unit, top) => {
  while (unit >= 0 && unit !== top) unit = units.parent[unit];
  return unit >= 0;
};

// What the reader has chosen; the address keeps it.
let chosen, found = [], page = 0, open = -1;
const read = () => {
  const hash = new URLSearchParams(location.hash.slice(1));
  const list = (key, all) => (hash.get(key) || "").split(",").filter(one => all.includes(one));
  chosen = {
    q: hash.get("q") || "", v: list("v", VERDICTS), c: list("c", CERTAINTIES),
    t: targets.findIndex(target => target.key === hash.get("t")),
    w: windows.findIndex(window => window[0] === hash.get("w")),
    o: offices.findIndex(office => office[0] === hash.get("o")),
    u: hash.has("u") ? place(hash.get("u")) : -1,
    s: ["miss", "name", "low", "high", "plan"].includes(hash.get("s")) ? hash.get("s") : "miss",
  };
  page = Math.max(0, parseInt(hash.get("p"), 10) - 1 || 0);
  open = hash.has("r") && +hash.get("r") < total ? +hash.get("r") : -1;
};
const write = isStep => {
  const hash = new URLSearchParams();
  const set = (key, value) => value && hash.set(key, value);
  set("q", chosen.q), set("v", chosen.v.join()), set("c", chosen.c.join());
  set("t", chosen.t >= 0 && targets[chosen.t].key), set("w", chosen.w >= 0 && windows[chosen.w][0]);
  set("o", chosen.o >= 0 && offices[chosen.o][0]);
  set("u", chosen.u >= 0 && units.key[chosen.u]), set("s", chosen.s !== "miss" && chosen.s);
  set("p", page && page + 1), set("r", open >= 0 && String(open));
  const address = "#" + hash;
  // A page inside of another may have no address.
  if (address !== (location.hash || "#")) try { history[isStep ? "pushState" : "replaceState"](null, "", address); } catch {}
};

const make = (tag, attributes = {}, ...children) => {
  const isDrawing = ["svg", "path"].includes(tag);
  const node = isDrawing ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  node.append(...children.filter(child => child || child === 0));
  return node;
};
const marks = [...at("marks").content.querySelectorAll("svg")];
const markOf = (one, sure) => marks[one === 2 ? 8 : 4 * one + sure].cloneNode(true);
const button = (text, act, attributes = {}) => {
  const node = make("button", {type: "button", ...attributes}, text);
  node.addEventListener("click", act);
  return node;
};

// The row of each series that fits, whatever its verdict.
const select = () => {
  const query = fold(chosen.q), fits = names.map((name, unit) =>
    name.includes(query) && (chosen.u < 0 || isUnder(unit, chosen.u)));
  const places = lists.map(list => list.indexOf(chosen.w)), selected = [];
  for (let one = 0; one < first.length; one++) {
    if (chosen.t >= 0 && series.target[one] !== chosen.t) continue;
    const step = chosen.w < 0 ? series.latest[one] : places[series.list[one]];
    const row = first[one] + step;
    if (step >= 0 && fits[unitOf[row]] && (chosen.o < 0 || teams[rows.team[row]].includes(chosen.o))) selected.push(row);
  }
  return selected;
};
const has = (list, all, one) => !list.length || list.includes(all[one]);
const byTarget = (a, b) => series.target[seriesOf[a]] - series.target[seriesOf[b]];
const byValue = sign => (a, b) => byTarget(a, b) || !rows.rank[a] - !rows.rank[b]
  || sign * (rows.rank[a] - rows.rank[b]) || a - b;
const ORDERS = {
  miss: (a, b) => rows.miss[a] - rows.miss[b], plan: (a, b) => a - b,
  name: (a, b) => units.order[unitOf[a]] - units.order[unitOf[b]] || a - b,
  low: byValue(1), high: byValue(-1),
};

const update = isStep => {
  const selected = select();
  const tally = {v: [0, 0, 0], c: [0, 0, 0, 0]};
  found = selected.filter(row => {
    const isVerdict = has(chosen.v, VERDICTS, verdict(row)), isCertain = has(chosen.c, CERTAINTIES, certainty(row));
    if (isCertain) tally.v[verdict(row)]++;
    if (isVerdict) tally.c[certainty(row)]++;
    return isVerdict && isCertain;
  }).sort(ORDERS[chosen.s]);
  VERDICTS.forEach((name, one) => at("v-" + name).textContent = count(tally.v[one]));
  CERTAINTIES.forEach((name, one) => at("c-" + name).textContent = count(tally.c[one]));
  page = found.includes(open) ? Math.floor(found.indexOf(open) / PAGE) : Math.min(page, Math.max(0, Math.ceil(found.length / PAGE) - 1));
  showUnits();
  if (map) showMap();
  showRows();
  write(isStep);
};

// The hierarchy: the path to the chosen unit, counts by level, and the units directly below. One topmost unit is all units.
const roots = units.parent.flatMap((parent, unit) => parent < 0 ? [unit] : []), root = roots.length === 1 ? roots[0] : -1;
const go = unit => {
  chosen.u = unit, page = 0, open = -1;
  update(true);
  at("path").lastChild.firstChild.focus();
};
const tallied = (counts, isShort) => VERDICTS.map((name, one) => counts[one] &&
  make("span", {class: "tally"}, markOf(one, 0), count(counts[one]), make("span", {class: isShort ? "unseen" : "word"}, " " + say(name) + " "))).filter(Boolean);
const showUnits = () => {
  const path = [];
  for (let unit = chosen.u; unit >= 0; unit = units.parent[unit]) path.unshift(unit);
  if (path[0] !== root || root < 0) path.unshift(root);
  const top = path[path.length - 1], steps = path.map(unit => {
    const name = unit < 0 ? say("all_units") : units.name[unit];
    return make("li", {}, unit === top ? make("b", {tabindex: "-1", "aria-current": "true"}, name) : button(name, () => go(unit)));
  });
  at("path").replaceChildren(...steps);
  const levels = new Map(), below = new Map();
  for (const row of found) {
    const level = units.level[unitOf[row]];
    if (!levels.has(level)) levels.set(level, [0, 0, 0]);
    levels.get(level)[verdict(row)]++;
    let unit = unitOf[row];
    while (unit >= 0 && units.parent[unit] !== top) unit = units.parent[unit];
    if (unit < 0) continue;
    if (!below.has(unit)) below.set(unit, [0, 0, 0]);
    below.get(unit)[verdict(row)]++;
  }
  at("levels").replaceChildren(...[...levels].sort((a, b) => a[0] - b[0]).map(([level, counts]) =>
    make("p", {}, make("b", {}, data.levels[level]), " ", ...tallied(counts))));
  const all = [...below].sort((a, b) => b[1][1] - a[1][1] || a[0] - b[0]), shown = all.slice(0, CHILDREN);
  at("below").textContent = !all.length ? "" : shown.length === all.length ? say("below")
    : say("below_some", {shown: count(shown.length), units: count(all.length)});
  at("children").replaceChildren(...shown.map(([unit, counts]) => {
    const child = button(units.name[unit] + " ", () => go(unit));
    child.append(...tallied(counts, true));
    return make("li", {}, child);
  }));
};

// The map shows one target: the chosen one, else the first that has rows.
const showMap = () => {
  const svg = at("map"), byUnit = new Map(), counts = [0, 0, 0];
  const target = found.length ? Math.min(...found.map(row => series.target[seriesOf[row]])) : Math.max(0, chosen.t);
  let latest = windows.length;
  for (const row of found) if (series.target[seriesOf[row]] === target && !byUnit.has(unitOf[row])) {
    byUnit.set(unitOf[row], row);
    latest = Math.min(latest, windowOf(row));
  }
  const paths = {};
  for (const [unit, path] of map.areas) {
    const row = byUnit.get(unit), kind = row === undefined ? "none" : VERDICTS[verdict(row)];
    if (row !== undefined) counts[verdict(row)]++;
    const key = kind + (row !== undefined && certainty(row) ? " pale" : "");
    paths[key] = (paths[key] || "") + path;
    if (unit >= 0 && unit === chosen.u) paths.chosen = path;
  }
  svg.setAttribute("viewBox", `-20 -20 ${map.width + 40} ${map.height + 40}`);
  svg.replaceChildren(svg.firstElementChild, ...Object.keys(paths).sort((a, b) => (a === "chosen") - (b === "chosen")).flatMap(key => {
    const area = make("path", {class: "area " + key, d: paths[key]});
    return key.startsWith("missed") ? [area, make("path", {fill: "url(#hatch)", d: paths[key]})] : [area];
  }));
  const about = {target: targets[target] ? targets[target].title : "", window: windows[chosen.w < 0 ? latest : chosen.w]?.[1] || "",
    met: count(counts[0]), missed: count(counts[1]), none: count(counts[2])};
  at("map-of").textContent = say("map_of", about);
  svg.setAttribute("aria-label", say("map_words", about));
};
const clicked = event => {
  const pen = document.createElement("canvas").getContext("2d");
  const {x, y} = new DOMPoint(event.clientX, event.clientY).matrixTransform(at("map").getScreenCTM().inverse());
  const area = map.areas.find(([unit, path]) => unit >= 0 && pen.isPointInPath(new Path2D(path), x, y, "evenodd"));
  if (area) go(area[0]);
};

// The windows up to that of a row: a mark at the height of each value.
const course = row => {
  const begin = Math.max(first[seriesOf[row]], row - COURSE + 1), step = 152 / Math.max(1, row - begin);
  if (begin === row) return null;
  const level = h => 18 - h * 14 / 62, parts = {course: "", aim: "", met: "", missed: "", none: ""}, words = [];
  for (let one = begin; one <= row; one++) {
    const x = +(4 + (one - begin) * step).toFixed(1), y = +(height[one] === NONE ? 18 : level(height[one])).toFixed(1);
    const join = (column, before) => (one > begin && column[before] !== NONE ? "L" : "M");
    if (height[one] !== NONE) parts.course += join(height, one - 1) + x + " " + y;
    if (aim[one] !== NONE) parts.aim += join(aim, one - 1) + x + " " + level(aim[one]).toFixed(1);
    parts[VERDICTS[verdict(one)]] += verdict(one) === 1 ? `M${x - 2.5} ${y - 2.5}h5v5h-5z`
      : `M${x - 2.7} ${y}a2.7 2.7 0 1 0 5.4 0a2.7 2.7 0 1 0-5.4 0z`;
    words.push(windows[windowOf(one)][1] + ": " + [valueOf(one), say(VERDICTS[verdict(one)])].filter(Boolean).join(", "));
  }
  const left = begin - first[seriesOf[row]], said = words.join("; ");
  const svg = make("svg", {class: "sparkline", viewBox: "0 0 160 22", width: 160, height: 22, role: "img",
    "aria-label": left ? say("earlier_windows", {windows: count(left), course: said}) : said});
  const KINDS = {course: "course", aim: "aim", met: "met fill", missed: "missed fill", none: "none ring"};
  for (const kind in parts) if (parts[kind]) svg.append(make("path", {class: KINDS[kind], d: parts[kind]}));
  return svg;
};
const valueOf = row => {
  const value = spaced(printed.value[row]), unit = targets[series.target[seriesOf[row]]].unit;
  return value && (unit ? value + "\u00a0" + unit : value);
};

// One row of the table.
const titled = row => {
  const stratum = data.strata[series.stratum[seriesOf[row]]];
  return units.name[unitOf[row]] + (stratum ? ", " + stratum : "");
};
const line = (row, index) => {
  const one = verdict(row), target = targets[series.target[seriesOf[row]]], unit = unitOf[row], parent = units.parent[unit];
  const remarks = texts[rows.remarks[row]].split("\n"), reason = isReason(row) ? remarks.shift() : "";
  const small = (name, text) => text && make("span", {class: name}, text);
  const cell = (name, ...children) => make("td", {class: name, role: "cell"}, ...children);
  const word = VERDICTS[one] + (runs(row) && one < 2 ? "_so_far" : "");
  const opener = button(titled(row), () => toggle(row), {class: "opener", "aria-expanded": String(row === open), id: "row-" + row});
  const level = data.levels[units.level[unit]];
  const value = spaced(printed.value[row]);
  return make("tr", {class: "row", role: "row", "aria-rowindex": index},
    cell("judgement", markOf(one, certainty(row)), make("b", {}, say(word)), " ", one < 2 && small("certainty", say(CERTAINTIES[certainty(row)]))),
    make("th", {class: "unit", scope: "row", role: "rowheader"}, opener,
      chosen.t < 0 && targets.length > 1 && small("own promised", target.title),
      small("own place", parent < 0 ? level : say("in_parent", {level, parent: units.name[parent]})),
      windows.length > 1 && chosen.w < 0 && small("own", windows[windowOf(row)][1])),
    cell(reason ? "reason" : "value", reason, !reason && value && make("b", {}, value), !reason && value && target.unit && small("of", " " + target.unit),
      small("fraction", spaced(printed.fraction[row])), small("interval", spaced(printed.interval[row]))),
    cell("picture", course(row)),
    cell("gap", printed.gap[row] && make("b", {"data-label": say("gap_label")}, spaced(printed.gap[row])), small("needed", texts[rows.needed[row]]),
      small("needed", say("goal", {goal: texts[rows.goal[row]]}))),
    cell("remarks", ...remarks.map(remark => small("", remark))));
};

// The steps of a row: a shape of depths and lines, whose gaps its numbers fill.
const fills = steps.numbers.split(";");
let explained = 0;
const fillOf = steps.shape.map(shape => shape ? explained++ : -1);
const tree = row => {
  const shape = steps.shapes[steps.shape[row] - 1], given = fills[fillOf[row]].replace(/_/g, "\u202f").split("|");
  const top = make("ul", {class: "steps"}), lists = [top];
  let used = 0;
  for (let one = 0; one < shape.length; one += 2) {
    const depth = shape[one], text = steps.lines[shape[one + 1]].replace(/\n/g, () => given[used++]);
    const isParent = shape[one + 2] > depth, item = make("li");
    lists[depth].append(item);
    if (isParent) {
      const fold = make("details", depth < 2 ? {open: ""} : {}, make("summary", {}, text));
      fold.append(lists[depth + 1] = make("ul"));
      item.append(fold);
    } else item.append(text);
  }
  return top;
};
const panel = (row, index) => {
  const target = targets[series.target[seriesOf[row]]], unit = unitOf[row];
  const title = [target.title, windows[windowOf(row)][1]].join(" · ");
  const inner = make("div", {role: "region", "aria-label": say("explain", {unit: titled(row)}), class: "panel", id: "panel"},
    make("p", {}, make("b", {}, title)),
    ...steps.shape[row] ? [tree(row)] : [target.indicator, target.note, say("not_explained")].map(text => text && make("p", {}, text)));
  if (target.documents.length) inner.append(make("p", {}, make("b", {}, say("rests_on"))), make("ul", {}, ...target.documents.map(([text, address]) =>
    make("li", {}, text, address && make("a", {href: address, rel: "noreferrer", class: "source"}, address)))));
  const buttons = make("p", {class: "buttons"}, button(say("close"), () => toggle(row)));
  if (units.parent.includes(unit) && unit !== chosen.u) buttons.append(button(say("show_below", {unit: units.name[unit]}), () => go(unit)));
  inner.append(buttons);
  return make("tr", {class: "details", role: "row", "aria-rowindex": index}, make("td", {colspan: 6, role: "cell"}, inner));
};
const toggle = row => {
  open = open === row ? -1 : row;
  showRows();
  write();
  at("row-" + row).focus();
};
const showRows = isAll => {
  const from = isAll ? 0 : page * PAGE, shown = isAll ? found : found.slice(from, from + PAGE), lines = [];
  let index = from + 2;
  for (const row of shown) {
    lines.push(line(row, index++));
    if (row === open) lines.push(panel(row, index++));
  }
  at("body").replaceChildren(...lines);
  at("table").setAttribute("aria-rowcount", found.length + 1 + found.includes(open));
  const isPart = found.length > PAGE;
  const said = !found.length ? say("rows_none") : !isPart || isAll ? counted(found.length)
    : say("rows_part", {from: count(from + 1), to: count(from + shown.length), rows: count(found.length)});
  if (at("status").textContent !== said) at("status").textContent = said;
  at("previous").parentNode.hidden = !isPart;
  at("previous").disabled = !page;
  at("next").disabled = (page + 1) * PAGE >= found.length;
};

// The controls.
const option = (value, text) => make("option", {value}, text);
const windowOptions = () => {
  const used = new Set();
  series.list.forEach((list, one) => (chosen.t < 0 || series.target[one] === chosen.t) && lists[list].forEach(window => used.add(window)));
  if (!used.has(chosen.w)) chosen.w = -1;
  at("w").replaceChildren(option(-1, say("latest")), ...[...used].sort((a, b) => a - b).map(window => option(window, windows[window][1])));
};
const show = () => {
  windowOptions();
  for (const key of ["q", "t", "w", "o", "s"]) if (at(key)) at(key).value = chosen[key];
  for (const box of at("filters").querySelectorAll("[type=checkbox]")) box.checked = chosen[box.name].includes(box.value);
  update();
};
const changed = () => {
  const checked = name => [...at("filters").querySelectorAll(`[name=${name}]:checked`)].map(box => box.value);
  const isOther = chosen.t !== +at("t").value;
  Object.assign(chosen, {q: at("q").value, v: checked("v"), c: checked("c"), t: +at("t").value, w: +at("w").value, o: at("o") ? +at("o").value : -1, s: at("s").value});
  page = 0, open = -1;
  if (isOther) {
    windowOptions();
    at("w").value = chosen.w;
  }
  update();
};
const turn = step => {
  page += step, open = -1;
  showRows();
  write();
  at("rows").focus();
};
at("t").append(option(-1, say("all_targets")), ...targets.map((target, one) => option(one, target.title)));
if (at("o")) at("o").append(option(-1, say("all_offices")), ...offices.map((office, one) => option(one, office[1])));
at("table").classList.toggle("single", lists.every(list => list.length < 2));
at("filters").addEventListener("input", changed);
at("filters").addEventListener("submit", event => event.preventDefault());
at("filters").addEventListener("reset", event => {
  event.preventDefault();
  chosen = {q: "", v: [], c: [], t: -1, w: -1, o: -1, u: -1, s: chosen.s}, page = 0, open = -1;
  show();
});
at("previous").addEventListener("click", () => turn(-1));
at("next").addEventListener("click", () => turn(1));
if (map) at("map").addEventListener("click", clicked);
addEventListener("hashchange", () => (read(), show()));
addEventListener("popstate", () => (read(), show()));
addEventListener("beforeprint", () => showRows(true));
addEventListener("afterprint", () => showRows());
read();
at("app").hidden = false;
show();
})();
