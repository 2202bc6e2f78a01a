// Sends dropped or chosen files to the upload route, one after the other, and tells Python when all have arrived.
export default function (component) {
  const { parentElement: root, data, setTriggerValue } = component;
  const zone = root.querySelector(".zone");
  const input = root.querySelector("input");
  const list = root.querySelector(".files");
  const words = data.words;
  root.querySelector(".drop").textContent = words.drop;
  root.querySelector(".or").textContent = words.or;
  root.querySelector(".button").textContent = words.browse;
  root.querySelector(".formats").textContent = words.formats;
  const base = window.location.pathname.split("/").slice(0, -1).join("/");

  const megabytes = (n) => (n / 1048576).toFixed(1);

  const timeLeft = (seconds) => {
    const time = seconds < 120 ? `${Math.round(seconds)} ${words.seconds}` : `${Math.ceil(seconds / 60)} ${words.minutes}`;
    return words.left.replace("{time}", time);
  };

  const row = (file) => {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    const state = document.createElement("output");
    state.textContent = words.queued;
    item.append(name, bar, state);
    list.append(item);
    return { bar, state };
  };

  const send = (file, token, { bar, state }) =>
    new Promise((resolve) => {
      const fail = (why) => {
        state.textContent = why;
        state.className = "bad";
        resolve(false);
      };
      if (file.size > data.limit) return fail(words.too_large);
      const request = new XMLHttpRequest();
      request.open("PUT", `${base}/huitou/upload/${token}?name=${encodeURIComponent(file.name)}`);
      request.setRequestHeader(data.header, "1");
      const began = performance.now();
      request.upload.onprogress = ({ loaded, total }) => {
        bar.value = loaded / total;
        const parts = [`${megabytes(loaded)} / ${megabytes(total)} MB`];
        const passed = (performance.now() - began) / 1000;
        if (passed > 1 && loaded < total) {
          const rate = loaded / passed;
          parts.push(`${megabytes(rate)} MB/${words.seconds}`, timeLeft((total - loaded) / rate));
        }
        state.textContent = parts.join(" · ");
      };
      request.onload = () => {
        if (request.status !== 200) return fail(`${words.failed} (${request.status})`);
        bar.value = 1;
        state.textContent = words.sent;
        resolve(true);
      };
      request.onerror = () => fail(words.failed);
      request.send(file);
    });

  const sendAll = async (files) => {
    list.replaceChildren();
    const names = [];
    const total = files.length;
    const taken = [...files].slice(0, data.tokens.length).map((file) => [file, row(file)]);
    for (const [i, [file, place]] of taken.entries()) {
      if (await send(file, data.tokens[i], place)) names.push(file.name);
    }
    input.value = "";
    if (names.length === total) list.replaceChildren();
    if (names.length) setTriggerValue("done", names);
  };

  input.onchange = () => sendAll(input.files);
  zone.ondragover = (event) => {
    event.preventDefault();
    zone.classList.add("over");
  };
  zone.ondragleave = () => zone.classList.remove("over");
  zone.ondrop = (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    sendAll(event.dataTransfer.files);
  };
}
