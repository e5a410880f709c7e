// "143 of 150 words" under each text that has a limit, counted as the server counts: what white space separates.
function countWords(root) {
  for (const text of root.querySelectorAll("[data-max-words]")) {
    const counter = document.querySelector(`[data-counts="${text.id}"]`);
    if (!counter) continue;
    const limit = Number(text.dataset.maxWords);
    const pattern = counter.dataset.pattern;
    const update = () => {
      const words = text.value.split(/\s+/).filter(Boolean).length;
      counter.textContent = pattern.replace("%n", words);
      counter.classList.toggle("near", words > 0.9 * limit && words <= limit);
      counter.classList.toggle("over", words > limit);
    };
    text.addEventListener("input", update);
    update();
  }
}

countWords(document);
document.addEventListener("htmx:load", (event) => countWords(event.target));
