const KEY = "tidegate.theme";
const system = window.matchMedia("(prefers-color-scheme: dark)");

const chosen = (): string | null => localStorage.getItem(KEY);

export function applyTheme(): void {
  document.documentElement.dataset.theme = chosen() ?? (system.matches ? "dark" : "light");
}

/** The other theme; choosing the system's own follows the system again. */
export function switchTheme(): void {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  if (next === (system.matches ? "dark" : "light")) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, next);
  applyTheme();
}

system.addEventListener("change", applyTheme);
