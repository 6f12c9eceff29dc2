import './panel.css';
import 'uplot/dist/uPlot.min.css';
import { App } from './app';

new App(document.body).start();
