// For tests of catalogues: what the code says.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Everything that the code under a folder says, but for its tests and catalogues. */
export function sources(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return ["node_modules", "dist", "words"].includes(entry.name) ? "" : sources(path);
      return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? readFileSync(path, "utf8") : "";
    })
    .join("\n");
}
