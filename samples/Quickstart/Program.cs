Console.WriteLine("RefreshTokenRotation");
