// What is wider than the page scrolls in its own box. Such a box is a stop for the keyboard,
// and an equation also says what it is. The theme does this for code and tables once, when the
// page is loaded; here it also holds for what a reader unfolds later.
(() => {
  const update = (box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
    if (!box.matches(".equation-body")) return;
    const number = box.parentElement.querySelector(".equation-number");
    if (scrolls) {
      box.setAttribute("role", "group"); // a region would be a landmark, one for each equation
      box.setAttribute("aria-label", number ? `${number.textContent}, scrollable` : "Equation, scrollable");
    } else {
      box.removeAttribute("role");
      box.removeAttribute("aria-label");
    }
  };
  const boxes = ".equation-body, .bd-article pre, .pst-scrollable-table-container";
  document.addEventListener("DOMContentLoaded", () => {
    // The box changes with the page, the formula in it when the font arrives.
    const observer = new ResizeObserver((entries) => {
      entries.forEach((entry) => update(entry.target.closest(boxes)));
    });
    document.querySelectorAll(boxes).forEach((box) => observer.observe(box));
    document.querySelectorAll(".equation-body > math").forEach((formula) => observer.observe(formula));
  });
})();
