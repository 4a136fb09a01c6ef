// Lists with boxes to tick: how many are ticked, and all of them at once.

const boxes = () => [.../** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll('input[name="picked"][type="checkbox"]'))];
const selected = document.getElementById("selected");
const all = document.getElementById("select-all");

if (selected && all) {
  const count = () => {
    const number = boxes().filter((box) => box.checked).length;
    selected.textContent = number ? `${number} selected` : "";
    all.textContent = number && number === boxes().length ? "Select none" : "Select all on this page";
  };
  document.addEventListener("change", count);
  all.addEventListener("click", (event) => {
    event.preventDefault();
    const wanted = boxes().some((box) => !box.checked);
    for (const box of boxes()) box.checked = wanted;
    count();
  });
  count();
}
