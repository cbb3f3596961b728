/**
 * Who keeps lists of senders that servers refuse by, how their refusals name them, and the keeper's own page where a sender looks itself up
 * and asks to be taken off. `page` is null where there is none: `closed` lists, and those whose customers alone can let somebody in.
 */
export type Blocklist = { id: string; name: string; words: RegExp; page: string | null; closed?: true };

export const blocklists = [
  { id: "spamhaus", name: "Spamhaus", words: /spamhaus|abuseat\.org/, page: "https://check.spamhaus.org/" },
  {
    id: "barracuda",
    name: "Barracuda",
    words: /barracuda/,
    page: "https://www.barracudacentral.org/lookups",
  },
  { id: "spamcop", name: "SpamCop", words: /spamcop/, page: "https://www.spamcop.net/bl.shtml" },
  // Ended on 5 June 2024: a server that still asks it may refuse everybody.
  { id: "sorbs", name: "SORBS", words: /\bsorbs\b/, page: null, closed: true },
  {
    // Outlook.com, Hotmail, Live: S3140 and S3150 (https://sendersupport.olc.protection.outlook.com/pm/troubleshooting)
    id: "microsoft-snds",
    name: "Microsoft (Outlook.com, SNDS)",
    words: /\bs31[45]0\b|sendersupport\.olc|part of their network is on our block ?list|\bsnds\b/,
    page: "https://sendersupport.olc.protection.outlook.com/snds/",
  },
  {
    // Exchange Online: 5.7.511, 5.7.606 to 5.7.649, "banned sending IP" (https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online)
    id: "microsoft-365",
    name: "Microsoft 365",
    words:
      /\b5\.7\.(?:511|60[6-9]|6[1-4]\d)\b|banned sending ip|sender\.office\.com|delist@(?:messaging\.)?microsoft\.com/,
    page: "https://sender.office.com/",
  },
  { id: "proofpoint", name: "Proofpoint", words: /proofpoint|pphosted/, page: "https://ipcheck.proofpoint.com/" },
  {
    id: "cloudmark",
    name: "Cloudmark",
    words: /cloudmark|\bcdrbl\b|\bcsi-\w+\b/,
    page: "https://csi.cloudmark.com/en/reset/",
  },
  {
    id: "uceprotect",
    name: "UCEPROTECT",
    words: /uceprotect|backscatterer/,
    page: "https://www.uceprotect.net/en/rblcheck.php",
  },
  { id: "invaluement", name: "Invaluement", words: /invaluement/, page: "https://www.invaluement.com/lookup/" },
  { id: "abusix", name: "Abusix", words: /abusix/, page: "https://lookup.abusix.com/" },
  { id: "mimecast", name: "Mimecast", words: /mimecast/, page: null },
  {
    id: "talos",
    name: "Cisco Talos",
    words: /talosintelligence|senderbase|ironport/,
    page: "https://talosintelligence.com/reputation_center",
  },
  { id: "sender-score", name: "Sender Score", words: /senderscore|returnpath/, page: "https://senderscore.org/" },
  {
    id: "symantec",
    name: "Symantec",
    words: /symantec|messagelabs|sms\.broadcom/,
    page: "https://ipremoval.sms.symantec.com/",
  },
  {
    id: "trend-micro",
    name: "Trend Micro",
    words: /trendmicro|\bers\.trend/,
    page: "https://servicecenter.trendmicro.com/en-us/ers/",
  },
  { id: "psbl", name: "PSBL", words: /\bpsbl\b/, page: "https://psbl.org/" },
  { id: "spamrats", name: "SpamRATS", words: /spamrats/, page: "https://www.spamrats.com/lookup.php" },
  { id: "mailspike", name: "Mailspike", words: /mailspike/, page: "https://mailspike.org/iplookup.html" },
  { id: "dronebl", name: "DroneBL", words: /dronebl/, page: "https://dronebl.org/lookup" },
  { id: "spfbl", name: "SPFBL", words: /\bspfbl\b/, page: "https://spfbl.net/en/dnsbl/" },
] as const satisfies Blocklist[];

/** Where a sender looks itself up in some two hundred lists at once. */
export const generalLookup = { name: "MultiRBL", url: "https://multirbl.valli.org/" };

export type BlocklistId = (typeof blocklists)[number]["id"];
