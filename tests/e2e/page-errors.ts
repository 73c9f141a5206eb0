import type { Page } from '@playwright/test'

/** A page that breaks its own Content-Security-Policy or throws fails the test, whatever else it shows. */
export function watchForErrors(page: Page): string[] {
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(`uncaught on the page: ${error.message}`))
  page.on('console', (message) => {
    // Chromium tells of every violation on the console.
    if (/Content.Security.Policy/i.test(message.text())) errors.push(`policy broken: ${message.text()}`)
  })
  return errors
}
