namespace Gatehouse.Protection.Settings;

/// <summary>Settings that are lists in one text.</summary>
internal static class SettingList
{
    /// <summary>The parts of a list, which spaces or commas separate.</summary>
    public static string[] Split(string list) => list.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
}
