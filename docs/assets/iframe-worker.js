// Search on pages that are opened from the disk, where a browser starts no worker: the worker's
// script runs in a hidden frame instead. The theme's worker looks for the name IFrameWorker.
if (location.protocol === "file:") {
  window.Worker = window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      const answer = "postMessage = data => frameElement.dispatchEvent(new CustomEvent('said', {detail: data}))";
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.srcdoc = `<!doctype html><script>${answer}</script><script src="${url}"></script>`;
      this.frame.addEventListener("said", event =>
        this.dispatchEvent(new MessageEvent("message", { data: event.detail })));
      this.ready = new Promise(loaded => this.frame.addEventListener("load", loaded));
      document.body.append(this.frame);
    }
    postMessage(data) {
      this.ready.then(() =>
        this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data })));
    }
    terminate() {
      this.frame.remove();
    }
  };
}
