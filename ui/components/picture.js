// Saves the figure with this key as PNG: its SVG layers on the page's background, its title above.
export default function (component) {
  const { parentElement: root, data } = component;
  const button = root.querySelector("button");
  button.textContent = data.label;
  const scale = 2;
  const head = 56;

  const drawing = (plot) => {
    const { width, height } = plot.getBoundingClientRect();
    const space = "http://www.w3.org/2000/svg";
    const all = document.createElementNS(space, "svg");
    all.setAttribute("xmlns", space);
    all.setAttribute("width", width);
    all.setAttribute("height", height + head);
    const ground = document.createElementNS(space, "rect");
    ground.setAttribute("width", "100%");
    ground.setAttribute("height", "100%");
    ground.setAttribute("fill", data.background);
    const title = document.createElementNS(space, "text");
    title.textContent = data.title;
    title.setAttribute("x", 12);
    title.setAttribute("y", 34);
    title.setAttribute("fill", data.color);
    title.setAttribute("style", "font: 600 17px Inter, 'Noto Sans CJK SC', system-ui, sans-serif");
    all.append(ground, title);
    for (const layer of plot.querySelectorAll("svg.main-svg")) {
      const copy = layer.cloneNode(true);
      copy.querySelector(".hoverlayer")?.replaceChildren();
      copy.setAttribute("y", head);
      all.append(copy);
    }
    return { text: new XMLSerializer().serializeToString(all), width, height: height + head };
  };

  const save = (blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = data.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  button.onclick = () => {
    const plot = document.querySelector(`.st-key-${CSS.escape(data.key)} .js-plotly-plot`);
    if (!plot) return;
    const { text, width, height } = drawing(plot);
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = width * scale;
      canvas.height = height * scale;
      const pen = canvas.getContext("2d");
      pen.scale(scale, scale);
      pen.drawImage(image, 0, 0);
      canvas.toBlob(save, "image/png");
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  };
}
