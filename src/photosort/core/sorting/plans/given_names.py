"""Names of folders that nobody thought of: those that cameras, systems, chats and programs give, in several languages.

Names are compared as `fold` leaves them, without case and accents, and in regular expressions they are written so.
"""

from __future__ import annotations

import re
from typing import Final

from photosort.core.textkeys import fold

_CAMERAS = (
    "DCIM|Camera|Camera Roll|Camera Uploads|Camera Import|Open Camera|OpenCamera|Misc|Private|AVCHD|BDMV|MP_ROOT",
    "Kamera|Kamerabilder|Eigene Aufnahmen|Appareil photo|Pellicule|Cámara|Carrete|Fotocamera|Rullino|Câmera",
    "Rolo da câmera|Camerarol|Aparat|Фотоаппарат|Камера|カメラ|相机|相機|카메라",
)
_SYSTEMS = (
    "Download|Downloads|Desktop|Documents|Pictures|My Pictures|Saved Pictures|Photos|My Photos|Images|Videos|Movies",
    "Public|Temp|tmp|Incoming|Inbox|Import|Imports|Imported|Imported Photos|Export|Exports|Exported|Backup|Backups",
    "Originals|Masters|Edited|Thumbnails|Archive|Trash|Bin|RAW|JPG|JPEG|HEIC|PNG|TIFF|DNG|NEF|CR2|CR3|ARW|MOV|MP4",
    "Herunterladen|Schreibtisch|Dokumente|Bilder|Eigene Bilder|Gespeicherte Bilder|Fotos|Meine Fotos|Importiert|Archiv",
    "Papierkorb|Téléchargements|Bureau|Mes images|Corbeille|Descargas|Escritorio|Imágenes|Mis imágenes|Papelera",
    "Scaricati|Scrivania|Immagini|Foto|Cestino|Transferências|Imagens|Minhas imagens|Afbeeldingen|Mijn afbeeldingen",
    "Foto's|Pobrane|Obrazy|Zdjęcia|Pulpit|Загрузки|Изображения|Фото|Фотографии|Картинки|Stažené|Obrázky|Fotky",
    "Letöltések|Képek|Hämtningar|Billeder|Overførsler|Kuvat|Lataukset|İndirilenler|Resimler|Fotoğraflar",
    "ダウンロード|ピクチャ|写真|画像|下载|下載|图片|圖片|照片|다운로드|사진|التنزيلات|الصور",
)
_SCREENSHOTS = (
    "Screenshot|Screenshots|Screen Shots|Screen Recordings|Screen captures|Captures|Bildschirmfotos",
    "Bildschirmaufnahmen|Captures d'écran|Capturas|Capturas de pantalla|Capturas de ecrã|Capturas de tela|Schermate",
    "Schermafbeeldingen|Schermopnamen|Zrzuty ekranu|Скриншоты|Снимки экрана|Skärmbilder|Skærmbilleder|Skjermbilder",
    "Kuvakaappaukset|Ekran Görüntüleri|Snímky obrazovky|Képernyőképek|スクリーンショット|屏幕截图|截图|螢幕截圖",
    "스크린샷",
)
_PROGRAMS = (
    "WhatsApp|WhatsApp Images|WhatsApp Video|WhatsApp Animated Gifs|WhatsApp Stickers|WhatsApp Documents",
    "WhatsApp Business|WhatsApp Business Images|WhatsApp Profile Photos|Media|Sent|Telegram|Telegram Images",
    "Telegram Desktop|Signal|Viber|Viber Images|Instagram|Facebook|Messenger|Snapchat|Snapseed|Twitter|Pinterest",
    "Reddit|WeChat|WeiXin|LINE|KakaoTalk|Skype|Discord|Slack|TikTok|VSCO|Bluetooth|Received Files|Nearby Share",
    "Quick Share|AirDrop|Takeout|Google Photos|Google Fotos|Google Foto|Google Drive|OneDrive|Dropbox|Nextcloud",
    "iCloud Photos|iCloud Drive|Photo Stream|My Photo Stream|Photo Booth Library|Lightroom|Capture One|digiKam",
    "darktable|darktable_exported|Shotwell|Picasa|iPhoto Library",
)

GIVEN: Final = frozenset(
    fold(name) for line in (*_CAMERAS, *_SYSTEMS, *_SCREENSHOTS, *_PROGRAMS) for name in line.split("|")
)
"""Whole names."""

CAMERA: Final = re.compile(
    r"[1-9]\d\d[0-9A-Z_]{5}"
    r"|[1-9]\d\d(apple|canon|nikon|olymp|media|gopro|msdcf|_?pana|_fuji)"
    r"|[1-9]\d{5}_[_a-z]"
)
"""Cameras' folders, case and all: three digits and five of A-Z, 0-9 and _ (DCF 2.0); newer iPhones: 202407_a."""

_NEW_FOLDERS = (
    r"new folder|untitled folder|unnamed folder|folder|neuer ordner|unbenannter ordner|ordner ohne titel",
    r"nouveau dossier|dossier sans titre|nueva carpeta|carpeta sin titulo|nuova cartella|cartella senza titolo",
    r"nova pasta|pasta sem titulo|pasta sem nome|nieuwe map|naamloze map|nowy folder|folder bez nazwy|uj mappa",
    r"ny mapp|ny mappe|namnlos mapp|uusi kansio|nimeton kansio|yeni klasor|nova slozka|novy priecinok",
    r"новая папка|папка без названия|нова папка|新しいフォルダー|新規フォルダ|名称未設定フォルダ",
    r"新建文件夹|未命名文件夹|新增資料夾|未命名檔案夾|새 폴더|무제 폴더",
)
NEW_FOLDER: Final = re.compile(rf"({fold('|'.join(_NEW_FOLDERS))})( ?\(?\d+\)?)?")
"""What file managers call a folder before anybody does."""

_MONTHS = (
    r"jan(uary|uar|vier)?|ene(ro)?|gennaio|janeiro|januari|styczen|январ[ья]",
    r"feb(ruary|ruar|rero|braio|ruari)?|fevrier|fevereiro|luty|феврал[ья]",
    r"mar(ch|s|zo|co)?|marz|maerz|maart|marzec|марта?",
    r"apr(il|ile)?|avril|abr(il)?|kwiecien|апрел[ья]",
    r"may|mai|mayo|maggio|maio|mei|maj|ма[ия]",
    r"jun(e|i|io|ho)?|juin|giugno|czerwiec|июн[ья]",
    r"jul(y|i|io|ho)?|juillet|luglio|lipiec|июл[ья]",
    r"aug(ust|ustus)?|aout|ago(sto)?|sierpien|августа?",
    r"sep(t|tember|tembre|tiembre)?|settembre|setembro|wrzesien|сентябр[ья]",
    r"o[ck]t(ober|obre)?|ottobre|outubro|pazdziernik|октябр[ья]",
    r"nov(ember|embre|iembre|embro)?|listopad|ноябр[ья]",
    r"de[cz](ember|embre|embro)?|dic(iembre|embre)?|grudzien|декабр[ья]",
)
_PART = rf"(\d{{1,8}}|{'|'.join(_MONTHS)})"
_BETWEEN = r"([-_., /]|\. | ?[-\u2013] ?|, | de | del | di )"
DATE: Final = re.compile(rf"{_PART}({_BETWEEN}{_PART})*\.?( ?\(\d+\))?|\d{{4}} ?年( ?\d{{1,2}} ?月)?( ?\d{{1,2}} ?日)?")
"""Years, months, days in digits or words, and nothing else: 2019, 2019-07, 20190712, 12. Juli 2019, 2019-07-12 001."""

_PHOTOS = r"photos?|fotos?|foto's|zdjecia|фото|фотографии|bilder|billeder|bilde|valokuvat|fotografie|fotky|fotograflar"
_FROM = r"from|von|vom|aus|de|du|del|dal|des|do|da|di|uit|van|z|za|fran|fra|vuodelta|за|из"
PHOTOS_OF_A_YEAR: Final = re.compile(
    rf"({_PHOTOS})( ({_FROM}))? \d{{4}}|\d{{4}} ?({fold('年の写真|年的照片|년의 사진|년 사진')})"
)
"""Google Takeout's "Photos from 2019"."""

COPY_MARK: Final = re.compile(
    r"( ?\(\d+\)| ?- ?(copy|kopie|copie|copia|kopia)( ?\(\d+\)| \d+)?| (copy|kopie|copie|copia)( \d+)?)+$"
)
"""What file managers put behind the name of a copy."""
