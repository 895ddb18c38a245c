// The frame of a page: what needs a script. Everything works without, except switching the
// colours, copying code, and the mark in the list of sections. Every .js file of this folder
// is merged into one, see _ext/assets.py; each wraps itself like this one.
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
