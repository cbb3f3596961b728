export default {
  advice: "What to do and say",
  verdict: "What happened",
  whoseProblem: "Whose problem",
  problem: {
    address: "the address",
    recipient: "the recipient's",
    sender: "our problem",
    message: "the message's",
    passing: "passing",
    nobody: "nobody's",
    unknown: "not known",
  },
  /** Before the problem, for who doesn't see its icon. */
  whose: "Whose problem:",
  told: "Beside it, the source says: {{told}}",
  says: {
    "no-such-mailbox": "The mailbox doesn't exist, or the address is misspelt",
    "no-such-domain": "The domain doesn't exist or takes no mail",
    "mailbox-full": "The mailbox is full",
    "mailbox-inactive": "The mailbox is closed or suspended",
    "sender-blocked": "Their server refuses us",
    "sender-auth": "Our mail fails their checks (SPF, DKIM or DNS)",
    "spam-content": "The message was taken for spam",
    "message-too-big": "The message is too big",
    "message-rejected": "The server doesn't accept the message's form",
    throttled: "We are asked to wait: too much mail at once",
    "server-trouble": "Their server doesn't answer, or is in trouble",
    "routing-dns": "The mail doesn't find the way to their server",
    "auto-reply": "An automatic answer: the mail arrived",
    "challenge-response": "Wants a person's confirmation before it lets mail through",
    unknown: "The reason doesn't say what happened",
  },
  todo: {
    "no-such-mailbox": "Ask for the right address, letter by letter.",
    "no-such-domain": "Compare the domain with the company's page, and ask for another address.",
    "mailbox-full": "Ask them to empty the mailbox, or for another address.",
    "mailbox-inactive": "Ask for the address that they use now, or for their successor's.",
    "sender-blocked": "Not the contact's fault: tell whoever runs our mail. Don't remove them for this.",
    "sender-auth": "Not the contact's fault: tell whoever runs our mail. Don't remove them for this.",
    "spam-content": "Not the contact's fault: tell marketing, who should look at the message.",
    "message-too-big": "Not the contact's fault: tell marketing, who should make the message smaller.",
    "message-rejected": "Not the contact's fault: tell marketing, who should look at the message.",
    throttled: "Wait for the next campaign: it mostly passes by itself.",
    "server-trouble": "Ask whether other mail reaches them. If it goes on, ask for another address.",
    "routing-dns": "Ask whether other mail reaches them, and compare the domain with their page.",
    "auto-reply": "Nothing to do, unless the text says that the person has left.",
    "challenge-response": "Ask them to add our address to their contacts.",
    unknown: "Ask whether our mail reaches them.",
  },
  /** On the phone. */
  say: {
    "no-such-mailbox":
      "“Good morning, this is {{caller}} from {{organization}}. We write to {{email}}, and your server says that there is no such address. Could you spell it for me?”",
    "no-such-domain":
      "“Good morning, this is {{caller}} from {{organization}}. We write to {{email}}, but that domain doesn't exist or takes no mail. Which address do you use now?”",
    "mailbox-full":
      "“Good morning, this is {{caller}} from {{organization}}. The mailbox of {{email}} is full, and our mail doesn't get in. Could you empty it, or give us another address?”",
    "mailbox-inactive":
      "“Good morning, this is {{caller}} from {{organization}}. Your server says that the mailbox of {{email}} is closed. Which address do you use now?”",
    "sender-blocked":
      "“Good morning, this is {{caller}} from {{organization}}. Our mail doesn't reach you because of a problem of ours, which we are mending. Would you give us another address for the meantime?”",
    "sender-auth":
      "“Good morning, this is {{caller}} from {{organization}}. Our mail doesn't reach you because of a problem of ours, which we are mending. Would you give us another address for the meantime?”",
    "spam-content":
      "“Good morning, this is {{caller}} from {{organization}}. The filter of {{email}} took our mail for spam. Could you add us to your contacts?”",
    "message-too-big":
      "“Good morning, this is {{caller}} from {{organization}}. Our last mail was too big for your mailbox. Do you still use {{email}}? We'll send it again, smaller.”",
    "message-rejected":
      "“Good morning, this is {{caller}} from {{organization}}. Your server didn't take our last mail because of a problem of ours. Do you still use {{email}}?”",
    throttled:
      "“Good morning, this is {{caller}} from {{organization}}. The server of {{email}} asked us to wait; we'll try again. Do you still use that address?”",
    "server-trouble":
      "“Good morning, this is {{caller}} from {{organization}}. We write to {{email}}, and your server doesn't answer. Does other mail reach you? Is there another address?”",
    "routing-dns":
      "“Good morning, this is {{caller}} from {{organization}}. Our mail to {{email}} doesn't find your server. Does other mail reach you? Has your domain changed?”",
    "auto-reply":
      "“Good morning, this is {{caller}} from {{organization}}. We got an automatic answer from {{email}}. Is that still your address?”",
    "challenge-response":
      "“Good morning, this is {{caller}} from {{organization}}. Your mailbox {{email}} asks who writes. Could you add us to your contacts?”",
    unknown:
      "“Good morning, this is {{caller}} from {{organization}}. We write to {{email}}, and our mail doesn't arrive. Do you still use that address, or have you another?”",
  },
};
