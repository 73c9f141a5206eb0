import { createPage, type Page } from './page.ts'

let opened: Page | null = null

/** The page of this document, linked from the first call on until the document ends. While the server renders: an unlinked one. */
export function openedPage(): Page {
  if (typeof document === 'undefined') return createPage()
  if (opened === null) {
    opened = createPage()
    opened.connect()
  }
  return opened
}
