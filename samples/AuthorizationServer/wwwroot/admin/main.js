import { startAudit } from './audit.js';
import { startFamilies } from './families.js';
import { startLive } from './live.js';
import { startRevocation } from './revocation.js';
import { startSettings } from './settings.js';

const showAudit = startAudit();
startLive();
startSettings();
startFamilies();
startRevocation(showAudit);
