// What needs a script: the page around the text, explorers, quizzes. Everything works without,
// except switching the colours, copying code, the mark in the list of sections, and sliders.

// --- the page around the text -----------------------------------------------------------------
(() => {
  const root = document.documentElement;

  // --- colours: system, light, dark, and round again ----------------------------------------
  const modes = ["auto", "light", "dark"];
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const applyMode = (mode) => {
    root.dataset.mode = mode;
    root.dataset.theme = mode !== "auto" ? mode : prefersDark.matches ? "dark" : "light";
    const name = document.getElementById("mode-name");
    if (name) name.textContent = mode === "auto" ? "system" : mode;
  };
  const switchMode = () => {
    const next = modes[(modes.indexOf(root.dataset.mode) + 1) % modes.length];
    try { localStorage.setItem("mode", next); } catch { /* storage is blocked */ }
    applyMode(next);
  };

  // --- what is wider than the page -------------------------------------------------------------
  // It scrolls in its own box. Such a box is a stop for the keyboard and says what it is; this
  // also holds for what a reader unfolds later.
  const boxes = ".equation-body, .bd-article pre, .table-box";
  const kinds = [ // the first that fits
    [".equation-body", "formula"],
    [".table-box", "table"],
    [".cell_output pre", "output"],
    ["pre", "code"],
  ];
  const kindOf = (box) => kinds.find(([selector]) => box.matches(selector))[1];
  const updateBox = (box, scrolls) => {
    if (scrolls === box.hasAttribute("tabindex")) return;
    if (scrolls) {
      box.tabIndex = 0;
      box.setAttribute("role", "group"); // a region would be a landmark, one for each equation
      box.setAttribute("aria-label", `Scrollable ${kindOf(box)}`);
    } else {
      for (const attribute of ["tabindex", "role", "aria-label"]) box.removeAttribute(attribute);
    }
  };
  const watchBoxes = () => {
    // The box changes with the page, the formula in it when the font arrives. All sizes are
    // read before anything is written: the other way round, the page is laid out for each box.
    const observer = new ResizeObserver((entries) => {
      const found = new Set(entries.map((entry) => entry.target.closest(boxes)));
      const sizes = [...found].map((box) => [box, box.scrollWidth > box.clientWidth + 1]);
      sizes.forEach(([box, scrolls]) => updateBox(box, scrolls));
    });
    document.querySelectorAll(`${boxes}, .equation-body > math`).forEach((e) => observer.observe(e));
  };

  // --- copying code ----------------------------------------------------------------------------
  const addCopyButtons = () => {
    if (!navigator.clipboard) return;
    document.querySelectorAll(".cell_input div.highlight, .bd-article > section div.highlight-console .highlight").forEach((code, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy-button";
      const show = (word) => {
        button.textContent = word;
        button.setAttribute("aria-label", `${word} code ${index + 1}`); // a page has dozens
      };
      show("Copy");
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(code.querySelector("pre").innerText);
        show("Copied");
        setTimeout(() => show("Copy"), 1500);
      });
      code.parentElement.append(button);
    });
  };

  // --- the list of sections ----------------------------------------------------------------------
  const followSections = () => {
    const contents = document.getElementById("page-contents");
    if (!contents) return;
    const links = new Map();
    contents.querySelectorAll("a").forEach((link) => {
      const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (section) links.set(section, link);
      link.addEventListener("click", () => { if (contents.matches(":popover-open")) contents.hidePopover(); });
    });
    let current = null;
    const visible = new Set();
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) visible[entry.isIntersecting ? "add" : "delete"](entry.target);
      // the innermost of the sections at the top of the window comes last in the document
      const link = links.get([...links.keys()].filter((section) => visible.has(section)).pop());
      if (link === current) return;
      current?.removeAttribute("aria-current");
      link?.setAttribute("aria-current", "location");
      current = link ?? null;
    }, { rootMargin: "-15% 0px -80% 0px" });
    links.forEach((link, section) => observer.observe(section));
  };

  // --- keys and paper ------------------------------------------------------------------------------
  const focusSearch = (event) => {
    if (!(event.key === "k" && (event.ctrlKey || event.metaKey))) return;
    const field = document.getElementById("book-search");
    if (!field) return;
    event.preventDefault();
    const sidebar = field.closest("[popover]");
    if (!field.checkVisibility()) sidebar.showPopover();
    field.focus();
  };
  const closeMenus = (event) => {
    document.querySelectorAll("details.bar-menu[open]").forEach((menu) => {
      if (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target)) {
        menu.open = false;
        if (event.type === "keydown") menu.querySelector("summary").focus();
      }
    });
  };
  // Browsers without ::details-content print what is folded only if it is open.
  const unfoldForPaper = () => {
    const folded = [...document.querySelectorAll(".bd-article details:not([open])")];
    folded.forEach((details) => { details.open = true; });
    addEventListener("afterprint", () => folded.forEach((details) => { details.open = false; }), { once: true });
  };

  // --- a page that was opened at its top ------------------------------------------------------------
  // Below the window its parts are not laid out yet (see "opening" in book.css), so that it can be
  // read at once. They follow one after another, between whatever else the reader does. Whoever
  // asks for a place on the page before that is done gets the rest first: only then is it known
  // where that place is.
  const PIECE = 8; // ms of work at a time
  const finishOpening = () => {
    if (!root.classList.contains("opening")) return;
    const parts = [...document.querySelectorAll(".bd-article section section > :not(section)")];
    const whenIdle = window.requestIdleCallback ?? setTimeout;
    const layOut = () => {
      const end = performance.now() + PIECE;
      while (parts.length && performance.now() < end) {
        const part = parts.shift();
        part.style.contentVisibility = "visible";
        part.getBoundingClientRect(); // now
      }
      if (parts.length) whenIdle(layOut);
    };
    const layOutRest = () => root.classList.remove("opening");
    whenIdle(layOut);
    addEventListener("hashchange", layOutRest, { once: true });
    document.addEventListener("click", (event) => {
      if (event.target.closest("a[href*='#']")) layOutRest();
    }, { capture: true });
  };

  // The script is deferred: the page is there.
  applyMode(root.dataset.mode);
  prefersDark.addEventListener("change", () => applyMode(root.dataset.mode));
  document.getElementById("mode-switch")?.addEventListener("click", switchMode);
  document.addEventListener("keydown", focusSearch);
  document.addEventListener("keydown", closeMenus);
  document.addEventListener("click", closeMenus);
  addEventListener("beforeprint", unfoldForPaper);
  watchBoxes();
  addCopyButtons();
  followSections();
  finishOpening();
})();

// --- explorers (_ext/explorers.py) ------------------------------------------------------------
// Until one comes into view, or one of its controls is used,
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

  const bringToLife = (explorer) => {
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
    document.querySelectorAll(".explorer").forEach(bringToLife);
  });
})();

// --- quizzes (_ext/quiz.py) --------------------------------------------------------------------
// The button shows the answer to the chosen option. The answers are in
// the fold of the question; what is shown is a copy, in a region that screen readers announce.
// A colour says whether it was the right one; the words say so too.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form.quiz").forEach((quiz) => {
    const [button, status] = ["button", ".quiz-status"].map((part) => quiz.querySelector(part));
    const answers = quiz.querySelector(".quiz-answers").children;
    const say = (verdict, ...what) => {
      status.className = `quiz-status ${verdict}`;
      status.replaceChildren(...what);
    };
    button.hidden = button.disabled = false;
    quiz.addEventListener("change", () => say(""));
    quiz.addEventListener("submit", (event) => {
      event.preventDefault();
      const chosen = [...quiz.elements.option].findIndex((option) => option.checked);
      if (chosen < 0) return say("", "Choose an answer first.");
      const answer = answers[chosen].cloneNode(true);
      if (answer.className === "wrong") answer.querySelector("strong").prepend("Not quite. ");
      say(answer.className, ...answer.childNodes);
    });
  });
});
