// A home that looks like somebody's: names of many scripts, true pictures, a film, a document.
import { document, film, picture, tone } from "./media";
import type { Client } from "./server";

const FOLDERS = ["01 Footage", "02 Audio", "03 Stills", "Kart og terreng", "Økonomi (lukket)", "Archive 2019–2025"];
const TEXTS: Record<string, string> = {
  "Field notes, week 34.md": "# Field notes, week 34\n\nThe ridge was clear at six. Wind from the north-west, 8 m/s.\n",
  "shot-list.csv": "shot,camera,notes\n1,A012,ridge at dawn\n2,A013,drone over the lake\n",
  "Brief for the Zürich screening.txt": "Doors open at 19:00. Bring the second hard disk.\n",
  "Смета экспедиции, ноябрь.csv": "статья,сумма\nтранспорт,12000\n",
  "مخطط الموقع النهائي.txt": "مخطط\n",
  "契約書_最終版(署名済).txt": "契約書\n",
  "deploy.sh": "#!/bin/sh\nset -eu\n",
  "Rondane_assets_2026-11-02_with_a_name_that_goes_on_and_on_far_past_the_edge_of_the_column_and_then_some_more.json": "{}",
  "Ανάβαση, notes (mix 2).txt": "Ανάβαση\n",
};

export async function furnish(client: Client): Promise<void> {
  for (const name of FOLDERS) await client.folder(name);
  for (const [name, text] of Object.entries(TEXTS)) await client.put(name, text);
  await client.put("Rondane ridge.png", picture());
  await client.put("Tunnel, first take.webm", film());
  await client.put("Interview Łucja.wav", tone());
  await client.put("Screening contract.pdf", document("Screening contract"));
  await client.put("03 Stills/winter.png", picture(320, 200));
  await client.folder("Raw", (await client.put("01 Footage/shot 1.txt", "1\n")).parent_id);
}
