// Takes pictures that are dropped on the page, or chosen, and sends them one after the other: each has its own progress
// and its own error, and what fails keeps no other from arriving.

for (const place of document.querySelectorAll("[data-picture-drop]")) start(place);

function start(place) {
  const texts = JSON.parse(document.getElementById("picture-drop-texts").textContent);
  const list = place.querySelector("ol");
  const status = place.querySelector("[role=status]");
  const next = place.querySelector(".picture-drop-next");
  const chooser = place.querySelector("[type=file]");
  const form = document.querySelector(".picture-many");
  const queue = [];
  const keys = [];
  let isSending = false;
  let sent = 0;

  place.hidden = "appears" in place.dataset;
  for (const needless of document.querySelectorAll("[data-without-script], .picture-many .form-row:has([type=file])")) {
    needless.hidden = true;
  }

  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    place.hidden = false;
    place.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) place.classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    place.classList.remove("is-over");
    take(event.dataTransfer.files);
  });
  chooser.addEventListener("change", () => {
    take(chooser.files);
    chooser.value = "";
  });
  window.addEventListener("beforeunload", (event) => {
    if (isSending) event.preventDefault();
  });

  function take(files) {
    for (const file of files) queue.push(new Line(file));
    if (!isSending) sendAll();
  }

  async function sendAll() {
    isSending = true;
    while (queue.length) await queue.shift().send();
    isSending = false;
    status.textContent = texts.done.replace("{added}", keys.length).replace("{all}", sent);
  }

  class Line {
    constructor(file) {
      this.file = file;
      this.anyway = form?.elements.add_anyway?.checked ?? false;
      this.item = document.createElement("li");
      const name = document.createElement("strong");
      name.textContent = file.name;
      this.words = document.createElement("span");
      this.item.append(name, this.words);
      list.append(this.item);
      this.say(texts.waiting);
      sent += 1;
    }

    say(...content) {
      this.words.replaceChildren(...content);
    }

    async send() {
      const bar = document.createElement("progress");
      bar.max = 1;
      bar.setAttribute("aria-label", this.file.name);
      this.item.classList.remove("is-refused");
      this.say(bar, ` ${texts.sending}`);
      const answer = await post(this.file, this.anyway, (share) => {
        bar.value = share;
        if (share === 1) {
          bar.removeAttribute("value");
          this.say(bar, ` ${texts.reading}`);
        }
      });
      if (answer.key) {
        keys.push(answer.key);
        this.say(`${texts.added}: `, link(answer));
        next.href = `${place.dataset.textsAddress}?${new URLSearchParams(keys.map((key) => ["key", key]))}`;
        next.hidden = false;
        return;
      }
      this.item.classList.add("is-refused");
      this.say(answer.complaints.join(" "), " ", ...(answer.address ? [link(answer)] : []));
      if (answer.address) this.offer(texts.anyway, true);
      else if (answer.again) this.offer(texts.again, this.anyway);
    }

    offer(words, anyway) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      button.setAttribute("aria-label", `${words}: ${this.file.name}`);
      button.addEventListener("click", () => {
        this.anyway = anyway;
        queue.push(this);
        this.say(texts.waiting);
        if (!isSending) sendAll();
      });
      this.words.append(" ", button);
    }
  }

  function link({ address, title }) {
    const anchor = document.createElement("a");
    anchor.href = address;
    anchor.target = "_blank";
    anchor.textContent = title;
    return anchor;
  }

  /** Send one file; resolves to an answer in any case. */
  function post(file, anyway, onProgress) {
    const data = new FormData();
    data.append("file", file);
    if (anyway) data.append("add_anyway", "on");
    const failed = (complaint) => ({ complaints: [complaint], again: true });
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", place.dataset.pictureDrop);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", document.querySelector("[name=csrfmiddlewaretoken]").value);
      request.responseType = "json";
      request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 0));
      request.addEventListener("error", () => resolve(failed(texts["no-answer"])));
      request.addEventListener("load", () => {
        if (request.status === 413) return resolve({ complaints: [texts["too-large"]] });
        if (request.response?.complaints) return resolve(request.response);
        const wasLedAway = request.responseURL && !request.responseURL.endsWith(place.dataset.pictureDrop);
        return resolve(failed(wasLedAway ? texts["logged-out"] : texts["no-answer"]));
      });
      request.send(data);
    });
  }
}
