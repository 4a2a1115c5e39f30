// The kiosk: asks, keeps, hands in. An answer is kept on the tablet the moment it is given and leaves it only when
// the server has said what became of it. Without network everything goes on; nobody needs to touch anything.
(() => {
  const app = document.getElementById("kiosk");
  const store = window.KioskStore;
  const screen = window.KioskScreen;
  const words = JSON.parse(document.getElementById("words").textContent);
  const SECOND = 1000;
  const number = (name) => Number(app.dataset[name]);
  const IDLE = number("idle") * SECOND;
  const WARN = number("warn") * SECOND;
  const THANKS = number("thanks") * SECOND;
  const ALIVE = number("alive") * SECOND;
  const AT_ONCE = 25;
  const QUESTIONS_A_PART = 4;
  const LONGEST_WAIT = 300 * SECOND;

  let told = null; // what the server said last: desk, hours, closed_days
  let state = "first"; // first, paired, unpaired, revoked
  let place = "ask"; // ask, thanks, or the number of a part
  let form = null;
  let language = "vi";
  let touchedAt = Date.now();
  let beganAt = 0;
  let counts = { waiting: 0, refused: 0 };
  let isSending = false;
  let nFailed = 0;
  let retry = 0;
  let mustReload = false;

  // Việt Nam's clock, whatever zone the tablet is set to.
  const local = () => new Date(Date.now() + 7 * 3600 * SECOND).toISOString();
  const today = () => local().slice(0, 10);
  const minutesOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
  const isOutside = () => {
    const now = minutesOf(local().slice(11, 16));
    const isOpen = told.hours.some((stretch) => {
      const [opens, closes] = stretch.split("-").map(minutesOf);
      return opens <= now && now <= closes;
    });
    return !isOpen || told.closed_days.includes(today());
  };

  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };

  const desk = () => told && told.desk;
  const said = () => words[language];
  const questionOf = (field) => desk().questions.find((question) => question.field === field);
  const isAsked = (field) => {
    const condition = questionOf(field).shown_if;
    return !condition || condition.answers.includes(form.values[condition.field]);
  };

  // What is asked after the first question, a screen each: the factors together, the others a few at a time,
  // the comment last. A screen on which nothing would be asked is left out; what hangs on an answer does not count.
  const parts = () => {
    const groups = [];
    desk().questions.slice(1).forEach((question) => {
      const last = groups[groups.length - 1];
      const isFull = () => last.filter((one) => !one.shown_if).length >= QUESTIONS_A_PART && !question.shown_if;
      if (!last || last[0].is_factor !== question.is_factor || (!question.is_factor && isFull())) groups.push([question]);
      else last.push(question);
    });
    const asked = groups.filter((group) => group.some((question) => isAsked(question.field)));
    const screens = asked.map((questions) => ({ questions, isFactors: questions[0].is_factor }));
    return [...screens, { questions: [], isComment: true }];
  };

  const draw = () => {
    const canAsk = state === "paired" && desk() && desk().questions.length > 0;
    screen.frame(desk(), language, said(), {
      ...counts,
      canSwitch: !canAsk || desk().languages.length > 1,
      onSwitch: () => { language = language === "vi" ? "en" : "vi"; if (form) { form.language = language; keep(); } draw(); },
    });
    if (state === "revoked") screen.tell(said().revoked, said().revoked_more);
    else if (state === "unpaired") screen.tell(said().unpaired, said().unpaired_more, { href: app.dataset.pair, words: said().pair });
    else if (!told) screen.tell(said().first, said().first_more);
    else if (!canAsk) screen.tell(said().closed, said().closed_more);
    else if (place === "thanks") screen.thanks(said(), reset);
    else if (place === "ask") screen.ask(desk().questions[0], language, said(), form ? form.values.overall : undefined, begin);
    else drawPart();
  };

  const drawPart = () => {
    const all = parts();
    place = Math.min(place, all.length - 1);
    screen.part(
      { ...all[place], number: place + 1, all: all.length, limit: desk().comment_limit },
      language, said(), form.values,
      {
        answer: (field, value) => {
          if (value) form.values[field] = value;
          else delete form.values[field];
          desk().questions.forEach((question) => {
            if (question.shown_if && !isAsked(question.field)) delete form.values[question.field];
          });
          if (field !== "comment") screen.toggle(isAsked);
          keep();
        },
        isAsked,
        back: () => { place = place === 0 ? "ask" : place - 1; draw(); },
        next: () => { place += 1; draw(); },
        send: () => finish(true),
      },
    );
  };

  const keep = () => store.keepDraft(form);

  // The first question is answered: from here on the form is kept, whatever happens to person, page or power.
  const begin = (value) => {
    if (!form) {
      beganAt = Date.now();
      form = {
        key: newKey(), slug: desk().slug, questionnaire: desk().questionnaire, day: today(), language,
        outside: isOutside(), seconds: null, values: {},
      };
    }
    form.values.overall = value;
    place = 0;
    keep().then(draw);
  };

  // The person is done, or has gone.
  const finish = (isHere) => {
    form.seconds = isHere ? (Date.now() - beganAt) / SECOND : null;
    screen.still(said(), null);
    const finished = form;
    place = "thanks";
    touchedAt = Date.now();
    store.finish(finished).then(() => {
      if (isHere) draw();
      else reset();
      return count();
    }).then(send);
  };

  const reset = () => {
    form = null;
    place = "ask";
    language = "vi";
    if (mustReload) location.reload();
    else draw();
  };

  const count = () => Promise.all([store.count(), store.note("refused")]).then(([waiting, refused]) => {
    counts = { waiting, refused: refused || 0 };
    const marks = document.getElementById("waiting");
    marks.textContent = [
      waiting ? said().waiting.replace("{n}", waiting) : "",
      counts.refused ? said().refused.replace("{n}", counts.refused) : "",
    ].filter(Boolean).join(" · ");
  });

  const post = (answers) => fetch(app.dataset.answers, {
    method: "POST", credentials: "same-origin", cache: "no-store",
    headers: { "Content-Type": "application/json" }, body: JSON.stringify({ answers }),
  }).then((response) => response.json().then((answer) => ({ status: response.status, answer })));

  // The server no longer knows this tablet: it says so and sends nothing more. What waits stays on the tablet.
  const stop = (why) => {
    const end = () => { state = why; form = null; place = "ask"; screen.still(said(), null); draw(); };
    return store.setNote("state", why).then(() => store.finishDrafts()).then(count).then(end);
  };

  const later = () => {
    clearTimeout(retry);
    retry = setTimeout(send, Math.min(LONGEST_WAIT, 2 * SECOND * 2 ** nFailed) * (0.75 + Math.random() / 2));
    nFailed += 1;
  };

  // Hands in what waits, a few forms at a time. A form leaves the tablet only with the server's word for its key.
  const send = () => {
    if (isSending || state !== "paired") return Promise.resolve();
    isSending = true;
    return store.waiting(AT_ONCE).then((forms) => {
      if (!forms.length) return false;
      return post(forms).then(({ status, answer }) => {
        if (status === 401 || status === 403) return stop(answer.state).then(() => false);
        if (status !== 200) throw new Error(`status ${status}`);
        nFailed = 0;
        const keys = forms.map((one) => one.key);
        const nRefused = answer.answers.filter((one) => one.is === "refused").length;
        const noted = nRefused ? store.note("refused").then((old) => store.setNote("refused", (old || 0) + nRefused)) : null;
        return Promise.resolve(noted).then(() => store.forget(keys)).then(count).then(() => true);
      });
    }).then((more) => {
      isSending = false;
      return more ? send() : undefined;
    }, () => {
      isSending = false;
      later();
    });
  };

  // A sign of life, and what to ask from now on. It never goes together with answers.
  const live = () => post([]).then(({ status, answer }) => {
    if (status === 401 || status === 403) return stop(answer.state);
    if (status !== 200) return undefined;
    const isNew = state !== "paired" || JSON.stringify(answer.desk) !== JSON.stringify(desk());
    state = "paired";
    const kept = { desk: answer.desk, hours: answer.hours, closed_days: answer.closed_days };
    if (!form) {
      told = kept;
      if (isNew) draw();
    }
    return store.setNote("told", kept).then(() => store.setNote("state", "paired")).then(send);
  }).catch(() => undefined);

  // Once a second: has the person gone?
  const tick = () => {
    const rest = Date.now() - touchedAt;
    if (place === "thanks") {
      if (rest >= THANKS) reset();
    } else if (form) {
      if (rest >= IDLE + WARN) finish(false);
      else if (rest >= IDLE) screen.still(said(), Math.ceil((IDLE + WARN - rest) / SECOND), () => screen.still(said(), null));
    } else if (language !== "vi" && rest >= IDLE) {
      language = "vi";
      draw();
    }
  };

  const touched = () => { touchedAt = Date.now(); };

  const keepAwake = () => {
    if (navigator.wakeLock && document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => undefined);
  };

  const listen = () => {
    ["pointerdown", "keydown", "input", "touchstart"].forEach((name) => document.addEventListener(name, touched));
    document.addEventListener("visibilitychange", keepAwake);
    window.addEventListener("online", () => { nFailed = 0; live(); });
    setInterval(tick, SECOND);
    setInterval(() => { if (state === "paired" || state === "first") live(); }, ALIVE);
    keepAwake();
    if (!navigator.serviceWorker) return;
    const hadWorker = Boolean(navigator.serviceWorker.controller);
    navigator.serviceWorker.register(app.dataset.worker, { scope: app.dataset.app, updateViaCache: "none" }).catch(() => undefined);
    // A newer version is there: take it up when nobody is answering.
    navigator.serviceWorker.addEventListener("controllerchange", () => {
      if (!hadWorker) return;
      if (form) mustReload = true;
      else location.reload();
    });
  };

  store.open()
    .then(() => store.finishDrafts())
    .then(() => Promise.all([store.note("told"), store.note("state")]))
    .then(([kept, was]) => {
      told = kept || null;
      if (was) state = was;
      else if (told) state = "paired";
      return count();
    })
    .then(() => { draw(); listen(); return live(); })
    .catch(() => screen.tell(said().storage, said().storage_more));
})();
