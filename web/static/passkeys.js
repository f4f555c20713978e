// Passkeys: to sign in, to prove who one is, and to make one. Without them a password does the same.
"use strict";

(() => {
  if (!window.PublicKeyCredential) return;
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

  async function call(path, body) {
    const answer = await fetch(`/api/v1${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body || {}),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }
  function told(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
  }
  async function used() {
    const { options } = await call("/session/passkey/options");
    const asked = { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) };
    return told(await navigator.credentials.get({ publicKey: asked }));
  }
  async function made() {
    const { options } = await call("/me/passkeys/options");
    const asked = {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: listed(options.excludeCredentials),
    };
    return told(await navigator.credentials.create({ publicKey: asked }));
  }

  const deeds = {
    "sign-in": async (form) => {
      await call("/session/passkey", { credential: await used() });
      form.elements._kept ? form.submit() : location.assign(form.dataset.next);
    },
    prove: async (form) => {
      await call("/session/proof/passkey", { credential: await used() });
      form.submit();
    },
    make: async (form) => {
      await call("/me/passkeys", { name: form.elements.name.value, credential: await made() });
      location.reload();
    },
  };
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const refused = form.querySelector("[data-refused]");
      refused.hidden = true;
      try {
        await deeds[form.dataset.passkey](form);
      } catch (error) {
        if (error.message === "403" && form.dataset.proof) return location.assign(form.dataset.proof);
        refused.textContent = refused.dataset.refused;
        refused.hidden = false;
      }
    });
  });
})();
