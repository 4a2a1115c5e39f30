// Signing with a passkey: ask the server for a challenge for the text on this page, let the device answer, send
// the answer as a form. Without this file, or without a device, the password below signs as well.
(() => {
  const form = document.getElementById('passkey-form');
  const json = window.webauthnJSON;
  if (!form || !json || !json.supported()) return;
  form.hidden = false;
  if (!document.querySelector('#by-password [aria-invalid=true]')) document.getElementById('by-password').open = false;

  const say = (name) => {
    const all = [...form.querySelectorAll('[data-when]')];
    const said = all.find((line) => line.dataset.when === name) || all.find((line) => line.dataset.when === '');
    all.forEach((line) => { line.hidden = line !== said; });
    if (name !== 'NotAllowedError') document.getElementById('by-password').open = true;
  };

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    try {
      const answer = await fetch(form.dataset.ask, { method: 'POST', body: new FormData(form) });
      if (answer.status === 409) { window.location.reload(); return; }
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      const credential = await json.get(await answer.json());
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      say(error.name);
      button.disabled = false;
    }
  });
})();
