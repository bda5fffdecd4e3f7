namespace Gatehouse.Local.Demo;

/// <summary>Where the demo lives.</summary>
/// <param name="DataFolder">The folder with everything that is kept.</param>
/// <param name="Url">Where the API is.</param>
internal sealed record DemoPlace(string DataFolder, string Url);
