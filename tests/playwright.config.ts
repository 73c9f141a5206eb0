import { defineConfig } from '@playwright/test'
import { BROWSER_ARGS } from './browser.ts'

const executablePath = process.env.CHROMIUM || undefined

export default defineConfig({
  testDir: './e2e',
  outputDir: './.output/playwright',
  // A real server, a real front door and a browser on two shared cores: generous limits, expectations by state.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 2,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  retries: 0,
  reporter: 'list',
  use: {
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    launchOptions: { args: BROWSER_ARGS, ...(executablePath === undefined ? {} : { executablePath }) },
  },
  projects: [
    { name: 'embedded', testIgnore: /compose\.spec/ },
    // What speaks with a scripted server, whatever the cluster, is looked at once.
    { name: 'docker', testIgnore: /(canvas|states|fifty|keyboard)\.spec/, workers: 1 },
  ],
})
