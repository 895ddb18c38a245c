// Explorers (see _ext/charts.py). Until one comes into view, or one of its controls is used,
// there is a drawing; then Vega is loaded, once for a page, and a live chart takes its place.
(() => {
  const NAME = "Chart; the sentence after the controls gives its values.";
  const PAUSE = 500; // ms without a change before the sentence is said

  let loading = null;
  const loadVega = () => {
    loading ??= new Promise((resolve, reject) => {
      const root = new URL(document.documentElement.dataset.content_root, location.href);
      const script = document.createElement("script");
      script.src = new URL("_static/vega.js", root).href;
      script.onload = () => resolve(window.vega);
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  };

  const value = (control) => (control.type === "range" ? control.valueAsNumber : control.value);

  const showValue = (control) => {
    if (control.type !== "range") return;
    const digits = (control.step.split(".")[1] || "").length;
    const number = control.valueAsNumber.toFixed(digits).replace("-", "−");
    control.nextElementSibling.textContent = number;
    control.setAttribute("aria-valuetext", number); // 0.70, as it is shown, and not 0.7
  };

  // The chart gets a name of its own: the drawing's describes the first state only.
  const name = (box) => {
    for (const attribute of ["role", "aria-roledescription", "aria-label"]) {
      box.removeAttribute(attribute);
    }
    box.querySelector("form").remove(); // Vega's place for controls of its own; ours are below
    const svg = box.querySelector("svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", NAME);
    svg.querySelector("g").setAttribute("aria-hidden", "true"); // Vega names every single bar
  };

  const enliven = (explorer) => {
    const form = explorer.querySelector("form");
    const controls = [...form.querySelectorAll("input, select")];
    const words = explorer.querySelector(".explorer-words");
    let view = null;
    let pause = 0;

    // What is written into a status is read aloud, even if it is what stood there before.
    const say = () => {
      const sentence = view.signal("sentence").join(" ");
      if (words.textContent !== sentence) words.textContent = sentence;
    };

    const update = () => {
      controls.forEach(showValue);
      if (!view) return start();
      controls.forEach((control) => view.signal(control.name, value(control)));
      return view.runAsync().then(() => {
        clearTimeout(pause);
        pause = setTimeout(say, PAUSE);
      });
    };

    let started = false;
    const start = async () => {
      if (started) return;
      started = true;
      try {
        const vega = await loadVega();
        const chart = JSON.parse(explorer.querySelector("script").textContent);
        const box = document.createElement("div");
        box.className = "drawing live";
        view = new vega.View(vega.parse(chart), { renderer: "svg", hover: false });
        view.initialize(box);
        await update();
        name(box);
        explorer.querySelector(".drawing").replaceWith(box);
      } catch (error) {
        form.hidden = true; // the drawing stays
        throw error;
      }
    };

    controls.forEach(showValue);
    form.addEventListener("input", update);
    form.addEventListener("reset", () => setTimeout(update)); // after the values have changed
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("focusin", start);
    new IntersectionObserver(([entry], observer) => {
      if (!entry.isIntersecting) return;
      observer.disconnect();
      start();
    }).observe(explorer);
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".explorer").forEach(enliven);
  });
})();
