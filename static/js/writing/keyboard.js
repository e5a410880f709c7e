// A phone's keyboard covers the page without making it smaller: the foot of a form is lifted above it, as a line alone.
const view = window.visualViewport;

export function watchKeyboard() {
  const foot = document.querySelector(".form-foot");
  if (!foot || !view) return;
  const lift = () => {
    const covered = Math.max(0, innerHeight - view.height - view.offsetTop);
    const isTyping = covered > 120 && view.scale < 1.1; // less is a browser's own bar, more is a magnified page
    document.documentElement.style.setProperty("--keyboard", isTyping ? `${Math.round(covered)}px` : "0px");
    foot.classList.toggle("slim", isTyping);
  };
  view.addEventListener("resize", lift);
  view.addEventListener("scroll", lift);
  lift();
}
