// Tells the style sheet how high the foot of a long form is (--foot), so that nothing with the focus stands under it.
for (const foot of document.querySelectorAll(".form-foot")) {
  const measure = () => {
    const sticks = getComputedStyle(foot).position === "sticky";
    document.documentElement.style.setProperty("--foot", `${sticks ? foot.offsetHeight : 0}px`);
  };
  new ResizeObserver(measure).observe(foot);
  addEventListener("resize", measure);
}
