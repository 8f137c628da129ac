import { startFamilies } from './families.js';
import { startLive } from './live.js';
import { startSettings } from './settings.js';

startLive();
startSettings();
startFamilies();
