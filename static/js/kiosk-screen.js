// What a kiosk shows. Draws one screen at a time into #screen; decides nothing and keeps nothing.
(() => {
  const screen = document.getElementById("screen");

  // An element with attributes and children; text is always text, never markup.
  const el = (name, attributes, ...children) => {
    const node = document.createElement(name);
    Object.keys(attributes || {}).forEach((key) => {
      const value = attributes[key];
      if (key === "onclick" || key === "onchange" || key === "oninput") node[key] = value;
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== undefined && value !== null) node.setAttribute(key, value);
    });
    children.forEach((child) => {
      if (child) node.append(child);
    });
    return node;
  };
  const face = (value) => document.getElementById(`face-${value}`).content.cloneNode(true);

  // Puts a screen in place of the last one and reads its heading to whoever listens.
  const show = (kind, ...children) => {
    screen.className = `screen ${kind}`;
    screen.replaceChildren(...children.filter(Boolean));
    const heading = screen.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  };

  const ask = (question, language, words, chosen, onFace) => show(
    "ask",
    el("h1", { id: "question" }, question.legends[language]),
    el("p", { class: "lead" }, words.touch),
    el("div", { class: "faces", role: "group", "aria-labelledby": "question" }, ...question.choices.map((choice) => el(
      "button",
      {
        type: "button",
        class: `face face-${choice.value}`,
        "aria-pressed": chosen === undefined ? null : String(chosen === choice.value),
        onclick: () => onFace(choice.value),
      },
      face(choice.value),
      el("span", null, choice.labels[language]),
    ))),
  );

  const fieldset = (question, language, values, onAnswer) => el(
    "fieldset",
    { class: question.is_scale ? "row five" : "row", "data-field": question.field },
    el("legend", null, question.legends[language]),
    el("div", { class: "opts" }, ...question.choices.map((choice) => {
      const input = el("input", {
        type: "radio",
        name: question.field,
        value: choice.value,
        onchange: () => onAnswer(question.field, choice.value),
      });
      input.checked = values[question.field] === choice.value;
      return el("label", null, input, el("span", null, choice.labels[language]));
    })),
  );

  // Shows the questions whose condition is met; `isAsked` tells.
  const toggle = (isAsked) => screen.querySelectorAll("fieldset[data-field]").forEach((node) => {
    node.hidden = !isAsked(node.dataset.field);
    if (node.hidden) node.querySelectorAll("input").forEach((input) => { input.checked = false; });
  });

  const part = ({ questions, isFactors, isComment, number, all, limit }, language, words, values, on) => {
    const title = isFactors ? words.factors : isComment ? words.comment : words.more;
    const body = isComment
      ? [el("textarea", {
        id: "comment", rows: 5, maxlength: limit, "aria-label": words.comment, "aria-describedby": "hint",
        oninput: (event) => on.answer("comment", event.target.value),
      })]
      : questions.map((question) => fieldset(question, language, values, on.answer));
    if (isComment) body[0].value = values.comment || "";
    const isLast = number === all;
    show(
      isFactors ? "part factors" : "part",
      el("p", { class: "step" }, words.step.replace("{n}", number).replace("{all}", all)),
      el("h1", null, title),
      el("p", { class: "lead", id: "hint" }, isComment ? words.comment_hint : isFactors ? words.scale : words.optional),
      el("div", { class: "rows" }, ...body),
      el(
        "div",
        { class: "acts" },
        el("button", { type: "button", class: "btn", onclick: on.back }, words.back),
        isLast ? null : el("button", { type: "button", class: "btn", onclick: on.send }, words.send),
        el("button", { type: "button", class: "btn first", onclick: isLast ? on.send : on.next }, isLast ? words.send : words.next),
      ),
    );
    toggle(on.isAsked);
  };

  // Says nothing of the answers: the next person sees it too.
  const thanks = (words, onAgain) => show(
    "thanks",
    face("done"),
    el("h1", null, words.thanks),
    el("p", { class: "lead" }, words.thanks_more),
    el("div", { class: "acts" }, el("button", { type: "button", class: "btn", onclick: onAgain }, words.again)),
  );

  // Why nothing is asked: heading, sentence, perhaps a link.
  const tell = (heading, sentence, link) => show(
    "tell",
    el("h1", null, heading),
    el("p", { class: "lead" }, sentence),
    link ? el("p", { class: "acts" }, el("a", { class: "btn first", href: link.href }, link.words)) : null,
  );

  // Over a screen on which nobody has touched anything for a while; null takes it away.
  const still = (words, seconds, onHere) => {
    const old = document.getElementById("still");
    if (seconds === null) {
      if (old) {
        old.remove();
        const heading = screen.querySelector("h1");
        if (heading) heading.focus({ preventScroll: true });
      }
      return;
    }
    const sentence = words.still_more.replace("{n}", seconds);
    if (old) {
      old.querySelector("p").textContent = sentence;
      return;
    }
    const button = el("button", { type: "button", class: "btn first", onclick: onHere }, words.still_here);
    document.body.append(el(
      "div",
      { id: "still", role: "alertdialog", "aria-modal": "true", "aria-labelledby": "still-head", "aria-describedby": "still-more" },
      el("div", null, el("h2", { id: "still-head" }, words.still), el("p", { id: "still-more" }, sentence), button),
    ));
    button.focus();
  };

  // The frame around every screen: office, desk, the other language, what waits to be sent.
  const frame = (desk, language, words, { waiting, refused, canSwitch, onSwitch }) => {
    document.documentElement.lang = language;
    document.getElementById("office").textContent = desk ? desk.office : "Chuẩn Mực";
    document.getElementById("place").textContent = desk ? desk.place : "";
    document.getElementById("desk").textContent = desk ? desk.titles[language] : "";
    document.getElementById("not-here").textContent = words.not_here;
    const other = language === "vi" ? "en" : "vi";
    const button = document.getElementById("language");
    button.hidden = !canSwitch;
    button.lang = other;
    button.textContent = other === "vi" ? "Tiếng Việt" : "English";
    button.onclick = onSwitch;
    const marks = [];
    if (waiting) marks.push(words.waiting.replace("{n}", waiting));
    if (refused) marks.push(words.refused.replace("{n}", refused));
    document.getElementById("waiting").textContent = marks.join(" · ");
  };

  window.KioskScreen = { ask, part, thanks, tell, still, frame, toggle };
})();
