// The zone of this device: told by the form that creates an account, and offered where times are shown in another one.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
const KEPT = "slipway.zone-kept";

// Two zones are one where their clocks agree now and in half a year.
const offsets = (name) => {
  const shown = { timeZone: name, timeZoneName: "longOffset", hour: "numeric" };
  const at = [0, 183].map((days) => new Date(Date.now() + days * 86_400_000));
  return at.map((day) => new Intl.DateTimeFormat("en", shown).formatToParts(day).at(-1).value).join();
};

const differs = (shown) => {
  try {
    return offsets(zone) !== offsets(shown);
  } catch {
    return false; // this browser does not know one of the two
  }
};

for (const field of document.querySelectorAll("input[data-zone]")) field.value = zone;

const offer = document.querySelector("template[data-zone-offer]");
if (offer && zone && localStorage.getItem(KEPT) !== zone && differs(offer.dataset.zoneOffer)) {
  const line = offer.content.cloneNode(true);
  const shown = line.firstElementChild;
  line.querySelector("[data-zone-name]").textContent = zone.replaceAll("_", " ");
  line.querySelector("input[name=time_zone]").value = zone;
  line.querySelector("[data-act=keep]").addEventListener("click", () => {
    localStorage.setItem(KEPT, zone);
    shown.remove();
  });
  offer.after(line);
}
