async shot => {
    const image = new Image();
    image.src = "data:image/png;base64," + shot;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    const bytes = canvas.getImageData(0, 0, image.width, image.height).data;
    const seen = new Set();
    let light = 0;
    for (let at = 0; at < bytes.length; at += 64) {
        seen.add(bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2]);
        light += bytes[at] + bytes[at + 1] + bytes[at + 2];
    }
    return [seen.size, light * 64 / bytes.length / 3];
}
