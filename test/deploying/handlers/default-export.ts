import { handler } from './plain';

export default { handler };
