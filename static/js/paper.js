// Typing paper sheets: says beside each question what the digit typed for it means, before Enter stores the sheet.
// Without a script the server reads the line alone and says at which question it could not.
const line = document.getElementById("id_line");
const table = document.getElementById("paper-asked");
if (line && table) {
  const rows = [...table.querySelectorAll("tbody tr")];
  const count = document.getElementById("paper-read");
  const { none, wrong, many } = table.dataset;

  const read = () => {
    const signs = [...line.value.replace(/\s/g, "")];
    let answered = 0;
    rows.forEach((row, place) => {
      const sign = signs[place];
      const isMark = Boolean(sign) && row.dataset.digits.includes(sign);
      if (isMark) answered += 1;
      const words = isMark ? sign : sign === undefined ? "–" : sign === "0" ? none : `${sign}: ${wrong}`;
      row.querySelector("output").textContent = words;
    });
    const isLong = signs.length > rows.length;
    count.textContent = isLong ? many : table.dataset.count.replace("{n}", answered).replace("{all}", rows.length);
  };

  line.addEventListener("input", read);
  read();
  line.focus();
}
