// Tells the style sheet how high the foot of a long form is (--foot), so that nothing with the focus stands under it,
// and brings out what got under it after all: the foot grew, or the page moved, just after the focus came.
for (const foot of document.querySelectorAll(".form-foot")) {
  const sticks = () => getComputedStyle(foot).position === "sticky";
  const measure = () => {
    document.documentElement.style.setProperty("--foot", `${sticks() ? foot.offsetHeight : 0}px`);
    uncover();
  };
  const uncover = () => {
    const focused = document.activeElement;
    // Of a text the browser itself keeps the caret in view.
    if (!focused?.matches(":focus-visible:not(textarea)") || foot.contains(focused) || !sticks()) return;
    const [place, over] = [focused.getBoundingClientRect(), foot.getBoundingClientRect()];
    if (place.bottom > over.top && place.top < over.bottom) focused.scrollIntoView({ block: "nearest" });
  };
  new ResizeObserver(measure).observe(foot, { box: "border-box" });
  addEventListener("resize", measure);
  document.addEventListener("focusin", () => requestAnimationFrame(() => requestAnimationFrame(uncover)));
}
