namespace Gatehouse.Local; internal static class Program { public static void Main() { System.Console.WriteLine("host"); } }
