// Every text of a built app a second time, packed: the office gives out whichever a browser takes.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";

/** The files of a built app but for those that are packed, by path. */
export function built(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(gz|map)$/.test(entry.name))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .toSorted();
}

/** Packs the texts among these files. */
export function pack(dir: string, names: readonly string[]): void {
  for (const name of names.filter((name) => /\.(js|css|html)$/.test(name))) {
    writeFileSync(join(dir, `${name}.gz`), gzipSync(readFileSync(join(dir, name)), { level: 9 }));
  }
}
