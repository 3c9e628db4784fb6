'use strict';

// ---- What the page shows

const find = (id) => document.getElementById(id);
const data = JSON.parse(find('data').textContent);
const S = data.source.length, T = data.target.length;
const weights = data.weights.map((layer) => layer.map(floats));
const gold = new Set(data.gold.map(([s, t]) => t * S + s));

// State. A pick is a word {side, i}; step T means that all words are there.
let layer = 0, step = T, pick = null, pinned = false;
const shown = weights[0].map(() => true);  // by head

function floats(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

const chosenHeads = () => weights[layer].filter((_, h) => shown[h]);

// The mean over the heads that are shown.
function weight(t, s) {
  const heads = chosenHeads();
  let sum = 0;
  for (const head of heads) sum += head[t * S + s];
  return heads.length ? sum / heads.length : 0;
}

// As the program prints it.
const fixed = (value, digits) => {
  const unit = 10 ** digits;
  return (Math.round(value * unit) / unit).toFixed(digits);
};

const same = (a, b) => a && b && a.side === b.side && a.i === b.i;
const visible = (t) => t <= step;
// The word in question: the picked one, or that of the step.
const active = () => pick || (step < T ? {side: 'target', i: step} : null);
