// Runs before the first paint: the chosen theme, else the system's. components/theme/theme.ts does the same afterwards.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem('robinscope.theme')
  } catch {}
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
