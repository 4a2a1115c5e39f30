// Draws every [data-chart] with ECharts from the JSON beside it; colours come from the CSS tokens.
// Data of a trend: {kind, low, high, step, places, points: [{label, value|null}], marks: [{value, label}],
// changes: [{at, label}], name}. Data of dots: {kind, low, high, reference, reference_label,
// rows: [{label, share, low, high, n, verdict: "hi"|"eq"|"lo"|"nd", note}]} with shares in percent.
const root = document.documentElement;
const token = (name) => getComputedStyle(root).getPropertyValue(`--cm-${name}`).trim();
const SANS = '"Be Vietnam Pro", system-ui, sans-serif';
const FIGURES = '"CM Figures", "Be Vietnam Pro", sans-serif';
const NO_BREAK = "\u00a0";
const written = (value, places) =>
  value.toLocaleString(root.lang === "en" ? "en-GB" : "vi-VN", {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });

const common = () => ({
  animation: false,
  textStyle: { fontFamily: SANS, color: token("ink-3") },
  tooltip: {
    renderMode: "richText",
    confine: true,
    backgroundColor: token("page"),
    borderColor: token("control"),
    textStyle: { fontFamily: SANS, fontSize: 13, color: token("ink") },
  },
});
const axisText = () => ({ fontFamily: FIGURES, fontSize: 12.5, color: token("ink-3") });
const wordText = () => ({ fontFamily: SANS, fontSize: 12.5, color: token("ink-3") });

function trend(data, narrow) {
  const places = data.places ?? 2;
  const last = data.points.findLastIndex((point) => point.value !== null);
  const end = { fontFamily: FIGURES, fontWeight: 600, fontSize: 15, color: token("ink") };
  return {
    ...common(),
    tooltip: {
      ...common().tooltip,
      trigger: "axis",
      formatter: ([point]) =>
        point.value == null ? `${point.name}: –` : `${point.name}: ${written(point.value, places)}`,
    },
    grid: { left: 36, right: 60, top: 30, bottom: 30 },
    xAxis: {
      type: "category",
      data: data.points.map((point) => point.label),
      boundaryGap: false,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: token("rule") } },
      axisLabel: {
        ...axisText(),
        interval: (index) => (data.points.length - 1 - index) % (narrow ? 5 : 2) === 0,
        hideOverlap: true,
        alignMinLabel: "left",
        alignMaxLabel: "right",
      },
    },
    yAxis: {
      min: data.low ?? 0,
      max: data.high ?? 100,
      interval: data.step ?? ((data.high ?? 100) - (data.low ?? 0)) / 4,
      splitLine: { lineStyle: { color: token("line-2") } },
      axisLabel: { ...axisText(), formatter: (value) => written(value, 0) },
    },
    series: [
      {
        type: "line",
        name: data.name,
        data: data.points.map((point) => point.value),
        symbol: "circle",
        symbolSize: (_, point) => (point.dataIndex === last ? 8 : 5),
        lineStyle: { width: 2, color: token("teal") },
        itemStyle: { color: token("teal") },
        label: {
          show: true,
          position: "right",
          distance: 8,
          formatter: (point) => (point.dataIndex === last ? written(point.value, places) : ""),
          ...end,
        },
        markLine: {
          silent: true,
          symbol: "none",
          lineStyle: { color: token("control"), type: "dashed", width: 1 },
          data: [
            ...(data.marks ?? []).map((mark) => ({
              yAxis: mark.value,
              label: {
                formatter: mark.label, position: "insideEndTop", ...wordText(),
                textBorderColor: token("page"), textBorderWidth: 4,
              },
            })),
            ...(data.changes ?? []).map((change) => ({
              xAxis: change.at,
              label: { formatter: change.label, position: "end", rotate: 0, align: "left", ...wordText() },
            })),
          ],
        },
      },
    ],
  };
}

function drawRow(row, params, api, data, narrow) {
  const index = api.value(0);
  const y = api.coord([0, index])[1];
  const x = (share) => api.coord([Math.max(share, data.low ?? 0), index])[0];
  const colour = { hi: token("teal"), eq: token("ink-3"), lo: token("heat-4"), nd: token("ink-3") }[row.verdict];
  const right = params.coordSys.x + params.coordSys.width + 12;
  const text = (words, style, at = right) => ({
    type: "text", x: at, y,
    style: { text: words, font: `14px ${FIGURES}`, fill: token("ink"), verticalAlign: "middle", ...style },
  });
  if (row.verdict === "nd") {
    const grey = { fill: token("ink-3") };
    return { type: "group", children: [text(row.note, { ...grey, font: `13px ${SANS}` }, x(0) + 2), text("–", grey)] };
  }
  const dot = row.verdict === "eq" ? { fill: token("page"), stroke: colour, lineWidth: 2.5 } : { fill: colour };
  const parts = [
    { type: "line", shape: { x1: x(row.low), x2: x(row.high), y1: y, y2: y },
      style: { stroke: colour, lineWidth: 4, lineCap: "round", opacity: 0.7 } },
    { type: "circle", shape: { cx: x(row.share), cy: y, r: 5 }, style: dot },
    text(written(row.share, 1), { font: `600 14px ${FIGURES}` }),
  ];
  if (!narrow) {
    parts.push(text(`n ${written(row.n, 0)}`, { fill: token("ink-3"), font: `13px ${FIGURES}` }, right + 44));
  }
  return { type: "group", children: parts };
}

function dots(data, narrow) {
  const judged = data.rows.filter((row) => row.verdict !== "nd").length;
  const line = data.reference == null ? undefined : {
    silent: true,
    symbol: "none",
    lineStyle: { color: token("ink-2"), type: [3, 3], width: 1.25 },
    label: { formatter: data.reference_label, position: "start", distance: [0, 6], ...wordText() },
    data: [[{ coord: [data.reference, 0], y: 20 }, { coord: [data.reference, Math.max(judged - 1, 0)] }]],
  };
  return {
    ...common(),
    tooltip: { show: false },
    grid: { left: narrow ? 132 : 190, right: narrow ? 52 : 108, top: 26, bottom: 28 },
    xAxis: {
      min: data.low ?? 0, max: data.high ?? 100, position: "bottom", axisLine: { show: false },
      splitNumber: narrow ? 2 : 4,
      splitLine: { lineStyle: { color: token("line-2") } },
      axisLabel: { ...axisText(), formatter: (value) => `${written(value, 0)}${NO_BREAK}%` },
    },
    yAxis: {
      type: "category", inverse: true, data: data.rows.map((row) => row.label),
      axisTick: { show: false }, axisLine: { show: false },
      axisLabel: {
        align: "left", margin: narrow ? 128 : 186, width: narrow ? 120 : 178, overflow: "break",
        fontSize: 14, lineHeight: 18, color: token("ink"),
      },
    },
    series: [{
      type: "custom",
      data: data.rows.map((row, index) => [index, row.share ?? 0]),
      encode: { x: [1], y: 0 },
      renderItem: (params, api) => drawRow(data.rows[api.value(0)], params, api, data, narrow),
      markLine: line,
    }],
  };
}

const KINDS = { trend, dots };
const drawn = [];

function draw(box) {
  const data = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const chart = echarts.init(box, null, { renderer: "svg" });
  const render = () => chart.setOption(KINDS[data.kind](data, box.clientWidth < 560), { notMerge: true });
  render();
  drawn.push({ chart, render });
}

function drawAll() {
  document.querySelectorAll("[data-chart]").forEach((box) => {
    if (!echarts.getInstanceByDom(box)) draw(box);
  });
}

const again = () => drawn.forEach(({ chart, render }) => { chart.resize(); render(); });
addEventListener("resize", again);
addEventListener("beforeprint", again);
new MutationObserver(again).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });
document.addEventListener("htmx:afterSettle", drawAll);
document.fonts.ready.then(drawAll);
