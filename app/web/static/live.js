// Keeps a wave's figures fresh. Without it the page is whole, and as fresh as its last reload.
"use strict";
(() => {
  const live = document.getElementById("live");
  const later = () => setTimeout(look, 2000);

  async function look() {
    // Nobody watches, or somebody reads with the keyboard right here: swapping would take their place away.
    if (document.hidden || live.contains(document.activeElement)) return later();
    try {
      const answer = await fetch(live.dataset.url, { redirect: "error" });
      if (answer.status === 401) return location.reload();
      if (answer.ok) live.innerHTML = await answer.text();
    } catch {
      return later();
    }
    // A new state has other buttons, which stand outside the part that is swapped.
    if (live.firstElementChild?.dataset.state !== live.dataset.state) return location.reload();
    later();
  }

  later();
})();
