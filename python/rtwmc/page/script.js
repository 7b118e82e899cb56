// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"use strict";

// What a part of a drawing is: beside the pointer, and beside what has the focus.
const tooltip = document.getElementById("tooltip");

function show(text, x, y) {
  tooltip.textContent = text;
  tooltip.hidden = false;
  const { width, height } = tooltip.getBoundingClientRect();
  const left = Math.max(8, Math.min(x + 14, innerWidth - width - 8));
  const below = y + 18 + height < innerHeight;
  tooltip.style.left = `${left}px`;
  tooltip.style.top = `${Math.max(8, below ? y + 18 : y - height - 12)}px`;
}

const hide = () => { tooltip.hidden = true; };

document.addEventListener("pointermove", (event) => {
  const item = event.target.closest?.("[data-tip]");
  if (item) show(item.dataset.tip, event.clientX, event.clientY);
  else hide();
});
document.addEventListener("pointerleave", hide);

function showFocused() {
  const item = document.activeElement?.closest("[data-tip]");
  if (!item) return hide();
  const seen = (item.querySelector(".box") ?? item).getBoundingClientRect();
  show(item.dataset.tip, seen.left + Math.min(seen.width / 2, 120), seen.top + seen.height / 2);
}

document.addEventListener("focusin", showFocused);
// What gets the focus scrolls into view, and takes its words along.
document.addEventListener("scroll", showFocused, { passive: true, capture: true });
document.addEventListener("focusout", hide);

// The tab key goes from drawing to drawing, arrows from part to part.
for (const group of document.querySelectorAll("[data-roving]")) {
  const items = [...group.querySelectorAll("[data-tip]")];
  items.forEach((item, index) => { item.tabIndex = index ? -1 : 0; });
  const columns = Number(group.dataset.columns ?? 1);
  group.addEventListener("focusin", (event) => {
    for (const item of items) item.tabIndex = item === event.target ? 0 : -1;
  });
  group.addEventListener("keydown", (event) => {
    const at = items.indexOf(event.target);
    const shown = (index) => items[index]?.checkVisibility?.() ?? true;
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    let to = { Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape") hide();
    if (by) for (to = at + by; items[to] && !shown(to); to += by);
    if (at < 0 || to === undefined || !items[to]) return;
    event.preventDefault();
    items[to].focus();
  });
}

// The step that is looked at.
const data = JSON.parse(document.getElementById("data").textContent);
const step = document.getElementById("step");

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function bytesOf(region, at) {
  const rows = data.rows[region];
  if (!rows.length) return data.bytes[region];
  const live = rows.filter(([first, last]) => first <= at && at <= last);
  return (data.bytes[region] / rows.length) * live.length;
}

function lookAt(at) {
  const steps = data.schedule.length;
  const cursor = document.getElementById("cursor");
  cursor.style.left = `${(100 * (at + 0.5)) / steps}%`;
  cursor.classList.toggle("at-peak", at === data.peak);
  const runs = `${data.names[data.schedule[at]]} runs`;
  const peak = at === data.peak ? ", the peak" : "";
  document.getElementById("now").replaceChildren(
    element("b", { textContent: `Step ${(at + 1).toLocaleString("en")}` }),
    ` of ${steps.toLocaleString("en")}, ${runs}: ${data.live[at].toLocaleString("en")} bytes live${peak}`,
  );
  const lying = [];
  for (let i = data.regions.length - 1; i >= 0; --i) {
    if (!data.regions[i].some(([first, last]) => first <= at && at <= last)) continue;
    const number = element("span", { className: "number" }, `${bytesOf(i, at).toLocaleString("en")} `,
      element("small", { textContent: `at ${data.offset[i].toLocaleString("en")}` }));
    lying.push(element("li", { className: `h${data.hue[i]}${data.helper[i] ? " helper" : ""}` },
      element("i", {}),
      element("span", {}, element("b", { textContent: data.labels[i] }), ` ${data.what[i]}`),
      number));
  }
  document.getElementById("lying").replaceChildren(...lying);
}

if (step) {
  lookAt(Number(step.value) - 1);
  step.addEventListener("input", () => lookAt(Number(step.value) - 1));
  document.getElementById("to-peak").addEventListener("click", () => {
    step.value = data.peak + 1;
    lookAt(data.peak);
  });
  document.querySelector(".area").addEventListener("click", (event) => {
    const area = document.querySelector(".area").getBoundingClientRect();
    const steps = data.schedule.length;
    const at = Math.floor(((event.clientX - area.left) / area.width) * steps);
    step.value = Math.max(0, Math.min(at, steps - 1)) + 1;
    lookAt(Number(step.value) - 1);
  });
}
