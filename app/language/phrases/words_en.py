"""The named sets of English words of which the opt-out phrases are made."""

SETS = {
    "CONTACT": "receiving|getting|recieving|txt|txting|contact|contacting|contacted|contactin|e_?mail|"
    "e_?mails|e_?mailing|emailin|emailed|text|texts|texting|textin|"
    "texted|write|writing|writin|message|messaging|messagin|messages|msg|msging|call|calling|callin|send|"
    "sending|sendin|"
    "bother|bothering|botherin|disturb|disturbing|spam|spamming|spammin|harass|harassing|pester|pestering|"
    "bug|bugging|"
    "ring|ringing|phone|phoning|hound|hounding|badger|badgering|annoy|annoying|bombard|bombarding|hassle|"
    "hassling|"
    "approach|solicit|soliciting|ping|pinging|whatsapp|chase|chasing|mail|mailing|sms|survey|surveying|"
    "nag|nagging",
    "NEWS": "txts?|e?-?mails?|texts?|messages?|messagin|msgs?|sms|smses|newsletters?|news_letter|spam|contacts?|"
    "calls?|surveys?|"
    "communications?|correspondence|marketing|mail|ads|adverts|advertising|mailings?|mailers?|"
    "questionnaires?|"
    "promos?|promotional|notifications?|bulletins?|letters|"
    "mailshots?|circulars|material|materials|literature|brochures?|catalogues?|approaches|invitations|"
    "follow_?ups?|chasers?|blasts?|whatsapps?|nonsense|flyers|solicitations?|alerts?",
    "STUFF": "crap|junk|rubbish|stuff|updates?|reminders?|offers|letters|nonsense|promotions?|bollocks|"
    "shite?",
    "THE": "the|yer|yr|yous|youse|these|those|this|that|your|ur|any|all|of|more|such|any_more|anymore|further|future|"
    "other|from|you|yours|"
    "more_of|bloody|fucking|damn|damned|stupid|constant|endless|bleeding|silly|marketing|promotional|a|"
    "another|an|"
    "unsolicited|automated|daily|weekly|sort_of|kind_of|freaking|blasted|flipping|single|with|to|"
    "commercial|with_the",
    "ME": "me|us|him|her|them|my|our|this|anything|any|another|more|these|those|here|anyone|your|ur|it|"
    "all|everyone|mum|"
    "so_many|so_much|single",
    "LIST": "lists?|database|data_base|system|systems|books|records?|files?|mailings?|register|directory|"
    "mailing_lists?|"
    "contacts?|newsletter|newsletters|emails?|subscription|crm|distribution|group|campaigns?",
    "DATA": "data|number|e_?mail|e_?mails|name|details|address|info|information|account|contact|contacts|"
    "record|records|"
    "profile|phone|mobile|addresses|entry|membership_emails|personal_data|phone_number|cell|entries|"
    "subscription",
    "MY": "my|our|his|her|the|this|all|any|of|personal|email|e_mail|phone|mobile|contact|business|work|"
    "company|old|own|"
    "that|wifes|husbands|mums|dads|private",
    "OFF": "remove|removed|removing|remov|remve|delete|deleted|deleting|delte|erase|erased|erasing|take|"
    "taken|taking|get|strike|"
    "struck|striking|drop|dropped|purge|purged|wipe|wiped|scrub|scrubbed|exclude|excluded|scratch|knock|"
    "bin|unlist|"
    "cross|crossed|pull|pulled|delist|ditch|leave|count|cut|rub|forget|block",
    "WANT": "want|wants|wanna|wish|wishes|like|care|cares|need|needs|consent|agree|intend|expect|"
    "interested_in|interested|"
    "require|appreciate|desire|would_like|asking|ask|asked|enjoy|looking|subscribe|authorise|authorize|"
    "permit|welcome",
    "NOT": "dont|do_not|don_t|doesnt|does_not|no_longer|not|never|didnt|did_not|wont|cant|cannot|aint|"
    "dont_really|dnt|"
    "wouldnt|would_not|dont_ever|no",
    "SO": "please|pls|kindly|ever|never|again|anymore|any_more|further|even|just|really|also|any_longer|"
    "in_future|at_all|"
    "to|be|you|dare|hereby",
    "OBJECT": "me|us|my|our|lists?|mailings?|database|records|texts?|texting|e_?mails?|e_?mailing|messages?|"
    "messaging|sms|newsletters?|"
    "surveys?|number|details|data|address|contact|contacting|sending|writing|these|marketing|"
    "correspondence|spam|inbox",
    "SUBJECT": "texts|e_?mails|messages|sms|newsletters?|surveys|my_(number|"
    "details|data|e_?mail|name)|mailings?|spam|marketing",
}
