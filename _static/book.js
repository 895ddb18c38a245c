// An equation that is wider than the page scrolls in its own box. Only then the box is a stop
// for the keyboard and has a name. (The theme does the same for code and tables.)
(() => {
  const update = (box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1;
    const number = box.parentElement.querySelector(".equation-number");
    if (scrolls) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", number ? `${number.textContent}, scrollable` : "Equation, scrollable");
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  };
  document.addEventListener("DOMContentLoaded", () => {
    const observer = new ResizeObserver((entries) => entries.forEach((entry) => update(entry.target)));
    document.querySelectorAll(".equation-body").forEach((box) => observer.observe(box));
  });
})();
