// Small charts. For people who can't see them, a table says the same.
const Svg = 'http://www.w3.org/2000/svg';

// Draws values as a curve from left to right, filled below.
export function drawCurve(svg, values) {
  const { width, height } = svg.viewBox.baseVal;
  const highest = Math.max(1, ...values);
  const step = width / (values.length - 1);
  const points = values.map((value, i) => `${round(i * step)},${round(height - 2 - value / highest * (height - 4))}`);
  const line = shape('polyline', { points: points.join(' '), class: 'line' });
  const area = shape('polygon', { points: `0,${height} ${points.join(' ')} ${width},${height}`, class: 'area' });
  svg.replaceChildren(area, line);
}

// A bar that fills this part of its length.
export function bar(part) {
  const svg = shape('svg', { class: 'bar', viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  svg.append(shape('rect', { width: 100, height: 8, class: 'track' }), shape('rect', { width: round(100 * part), height: 8, class: 'fill' }));
  return svg;
}

function shape(name, attributes) {
  const created = document.createElementNS(Svg, name);
  for (const [attribute, value] of Object.entries(attributes)) {
    created.setAttribute(attribute, value);
  }
  return created;
}

const round = number => Math.round(number * 100) / 100;
