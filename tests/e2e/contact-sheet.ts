import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from '@playwright/test'

const FOLDER = fileURLToPath(new URL('../.output/states/', import.meta.url))

export type ContactSheet = {
  add(page: Page, label: { state: string; theme: string; size: string }): Promise<void>
  /** Every picture on one page: states.html, and the same as states.png. */
  write(browser: Browser): Promise<void>
}

const figure = (file: string): string => {
  const width = file.includes('narrow') ? 195 : 720
  return `<figure><img src="${file}" width="${width}"><figcaption>${file.replace('.png', '').replaceAll('_', ', ')}</figcaption></figure>`
}

/** One picture a state, theme and size, for a person to look at. Pictures of other runs stay until they are made again. */
export function openContactSheet(): ContactSheet {
  mkdirSync(FOLDER, { recursive: true })
  return {
    add: async (page, { state, theme, size }) => {
      await page.screenshot({ path: `${FOLDER}${state}_${theme}_${size}.png` })
    },
    write: async (browser) => {
      const files = readdirSync(FOLDER).filter((file) => file.endsWith('.png') && file !== 'states.png')
      const style =
        'body{font:12px sans-serif;background:#888;margin:8px;display:flex;flex-wrap:wrap;gap:8px}figure{margin:0}img{display:block}'
      writeFileSync(`${FOLDER}states.html`, `<style>${style}</style>${files.sort().map(figure).join('')}`)
      const page = await browser.newPage({ viewport: { width: 1900, height: 1000 } })
      await page.goto(`file://${FOLDER}states.html`)
      await page.screenshot({ path: `${FOLDER}states.png`, fullPage: true })
      await page.close()
    },
  }
}
