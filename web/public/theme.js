// Before the first paint: the theme that was chosen here, else the system's.
(() => {
  let chosen = "auto";
  try {
    chosen = localStorage.getItem("cairn-theme") ?? "auto";
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const dark = chosen === "dark" || (chosen === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
